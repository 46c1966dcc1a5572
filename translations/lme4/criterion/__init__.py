"""The profiled criterion of a linear mixed model, in two orders of summation.

`paper` is the paper's text in numpy, for small models: start there. `factor` is the same for any model, from the
`cross_products`; `derivatives` its gradient and information; `pls` chooses the route. `one_factor` and `sparse_head` do
less work where there is one grouping factor, or two of a thousand levels and more; `cross_sums`, `loops`, `columns` and
`newton_steps` are the compiled loops. `lme4_criterion` adds in lme4's own order, so that its optimizer stops where
lme4's does; `objective` and `scales` belong to it.
"""
