"""From a formula's text to model frames and model matrices.

    formula = parse("Reaction ~ days_deprived * group")                                       terms
    frame = model_frame(formula, data, na_action="na.omit", extra=["Subject"])                 frame
    codes, levels = factor_of("Subject", frame)
    X = design(formula, frame)          # X.values (n, p), X.names, X.assign                   design
    X.for_newdata(newdata).values
    kept = drop_aliased(X.values)                                                              rank
"""
