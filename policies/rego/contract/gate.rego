package contract

# METADATA
# title: May the claim pay?
# description: |
#   The third question. Go asks it after edits, prices, limits and score. The answer is pend unless something else can
#   be shown: a denial that needs nothing else stands; then any reason to hold holds the whole claim; then a claim
#   whose every line is denied is denied; then it pays.
# entrypoint: true
default verdict := {"outcome": "pend", "pends": {{"code": "gate", "detail": "undecided"}}}

verdict := {"outcome": "deny", "pends": set()} if {
	gate_stands
} else := {"outcome": "pend", "pends": holds} if {
	count(holds) > 0
} else := {"outcome": "deny", "pends": set()} if {
	gate_open
	gate_all(gate_denied)
} else := {"outcome": "pay", "pends": set()} if {
	gate_open
	gate_payable
}

# METADATA
# title: Everything was looked up, for every date
# description: |
#   A kind that the contract requires was not looked up, or its source does not speak for a service date.
# custom:
#   code: GATE-LOOKED
#   citation: design promise 6
#   needs: []
holds contains {"code": gate_absence(kind), "detail": kind} if {
	some kind in gate_missing
}

# METADATA
# title: Edits that wait
# description: |
#   An edit pends, or has an outcome that the gate does not know. Edits that a reviewer waived come as inform.
# custom:
#   code: GATE-EDIT
#   citation: design, precedence inside a decision
#   needs: []
holds contains {"code": "edit", "detail": edit.rule} if {
	some edit in input.edits
	not gate_settled(edit)
}

# METADATA
# title: Score
# description: |
#   The model flags the claim, or one is bound and gave no score. A score holds a claim, it never denies one.
# custom:
#   code: GATE-SCORE
#   citation: design promise 5
#   needs: []
holds contains {"code": "score", "detail": "flagged"} if {
	not gate_score_clear
}

# METADATA
# title: Lines without a price
# description: |
#   A line without a fee on file, or priced by hand. Never zero pay.
# custom:
#   code: GATE-PRICE
#   citation: Medicare Claims Processing Manual ch. 23 §30 (carrier-priced codes)
#   needs: [fees, plan]
holds contains {"code": reason.code, "detail": reason.detail} if {
	input.unpriced
	some reason in input.unpriced
}

# METADATA
# title: Money
# description: |
#   Every line was decided and its money is there: charges add up to the claim's, nothing is negative, no line pays
#   more than was charged, and no denied line pays.
# custom:
#   code: GATE-MONEY
#   citation: 005010X221A1 §1.10.2 (balancing)
#   needs: []
holds contains {"code": "gate", "detail": "money"} if {
	not gate_money
}

# METADATA
# title: Rows that were lost
# description: |
#   A look-up found more or fewer rows than the evidence holds.
# custom:
#   code: GATE-ROWS
#   citation: design promise 6
#   needs: []
holds contains {"code": "gate", "detail": kind} if {
	input.lost
	some kind in input.lost
}

gate_open if {
	is_array(input.edits)
	count(gate_missing) == 0
	count(holds) == 0
	gate_score_clear
	gate_money
}

gate_payable if count(input.money.paid_lines) > 0

# The denials that need nothing else: not insured, before and after coverage, after death, too late, duplicate.
gate_first := {"13", "18", "26", "27", "29", "31"}

gate_stands if gate_all({edit.line |
	some edit in input.edits
	gate_final(edit)
})

gate_final(edit) if {
	edit.outcome == "deny"
	edit.partial == false
	edit.carc in gate_first
}

gate_final(edit) if {
	edit.outcome == "deny"
	edit.review == true
}

# A set of lines is all of the claim when it names the claim (line 0) or as many lines as it has.
gate_all(lines) if 0 in lines

gate_all(lines) if count(lines) == input.lines

gate_denied contains edit.line if {
	some edit in input.edits
	edit.outcome == "deny"
	edit.partial == false
}

gate_settled(edit) if {
	edit.outcome == "deny"
	edit.partial in {true, false}
}

gate_settled(edit) if edit.outcome in {"inform", "pass"}

gate_money if {
	input.money.lines == input.lines
	input.money.charge == input.charge
	input.money.low >= 0
	input.money.paid <= input.charge
	count(gate_denied & input.money.paid_lines) == 0
}

gate_score_clear if {
	input.score.flagged == false
	input.score.scored == input.score.bound
}

gate_score_clear if input.score.waived == true

# What was looked up, and speaks for every service date.
gate_spoken := union({source.kinds |
	some source in input.sources
	gate_speaks(source)
})

gate_missing := (input.required - gate_excused) - gate_spoken

gate_speaks(source) if source.assumed == true

gate_speaks(source) if {
	source.from <= input.first
	input.last <= source.through
}

# A plan that pays a percentage of charges has no fees, and an original claim no predecessor.
gate_excused contains "fees" if input.pricing == "percentOfCharges"

gate_excused contains "predecessor" if input.frequency == "1"

gate_absence(kind) := "notCovered" if {
	some source in input.sources
	kind in source.kinds
} else := "notLoaded"
