"""What a series usually carries, and how surprising it is when it carries more. All of it pure.

`history` is what is known of a series, `expectation` learns from it, `surprise` compares, and
`tail` has the two formulas that the comparison rests on.
"""
