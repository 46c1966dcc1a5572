"""All pairs of groups: t-tests and Wilcoxon's, pooled, pair by pair, and in pairs.

R pools one standard deviation over all groups unless told otherwise; scipy's and pingouin's pairwise t-tests take each
pair's own. Up to R 4.2 a group of one observation makes all pooled p-values missing.
"""
import translations as r
from translations.parity import case
from translations.parity import tolerances as tol


@case(order=11, tolerance=tol.PVALUE)
def pairwise_tests():
    d = r.sleepstudy()
    d = d[d["Days"].isin([0, 3, 6, 9])]
    reaction, days = d["Reaction"], d["Days"]
    pooled = r.pairwise_t_test(reaction, days)
    print(pooled)
    paired = r.pairwise_t_test(reaction, days, p_adjust_method="BH", paired=True)
    print(paired)
    print(r.pairwise_t_test(reaction, days, p_adjust_method="bonferroni", pool_sd=False, alternative="less"))
    wilcox = r.pairwise_wilcox_test(reaction, days, p_adjust_method="hommel")
    print(wilcox)
    few = reaction.iloc[:13]
    groups = ["a", "b", "b", "b", "a", "c", "c", "a", "c", "c", "b", "a", "d"]
    alone = r.pairwise_t_test(few, groups, "none")
    print(alone)
    return {
        "pooled": pooled.p_value, "paired": paired.p_value,
        "less": r.pairwise_t_test(reaction, days, pool_sd=False, alternative="less").p_value,
        "pooled_greater": r.pairwise_t_test(reaction, days, alternative="greater").p_value,
        "equal": r.pairwise_t_test(reaction, days, pool_sd=False, var_equal=True).p_value, "wilcox": wilcox.p_value,
        "one_alone": alone.p_value,
    }
