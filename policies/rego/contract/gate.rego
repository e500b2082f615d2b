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
	input.x.edits
	gate_stands
} else := {"outcome": "pend", "pends": holds} if {
	holds != set()
} else := {"outcome": "deny", "pends": set()} if {
	input.x.edits
	gate_sound
	gate_all(gate_denied)
} else := {"outcome": "pay", "pends": set()} if {
	gate_sound
	input.claim.paying > 0
}

# METADATA
# title: Everything was looked up
# description: |
#   A kind that the contract requires was not looked up: its reference is not loaded. Diagnoses of the time of
#   ICD-9-CM are looked up in no table of ICD-10-CM.
# custom:
#   code: GATE-LOADED
#   citation: 45 CFR 164.312(c)(1) (integrity)
#   needs: []
holds contains {"code": "notLoaded", "detail": gate_named(kind)} if {
	input.x.missing
	some kind in input.x.missing
	not kind in gate_excused
}

# METADATA
# title: Every source speaks for every service date
# description: |
#   A kind was looked up in a source that does not cover a service date.
# custom:
#   code: GATE-COVERED
#   citation: Medicare Claims Processing Manual ch. 23 §20.9 (edits of the quarter of the service)
#   needs: []
holds contains {"code": "notCovered", "detail": kind} if {
	input.x.sources
	some kind in input.x.required
	not kind in gate_excused
	not gate_spoken(kind)
	not kind in object.get(input.x, "missing", [])
}

# METADATA
# title: Edits that wait
# description: |
#   An edit pends, or has an outcome that the gate does not know. Edits that a reviewer waived come as inform, and
#   those are not shown to the gate.
# custom:
#   code: GATE-EDIT
#   citation: 29 CFR 2560.503-1(f)(2)(iii) (extension for matters beyond the plan's control)
#   needs: []
holds contains {"code": "edit", "detail": edit.rule} if {
	input.x.edits
	some edit in input.x.edits
	not gate_settled(edit)
}

# METADATA
# title: The score flags the claim
# description: |
#   A score holds a claim, it never denies one. A reviewer may waive it.
# custom:
#   code: GATE-SCORE
#   citation: 42 CFR 455.23; 42 CFR 422.101(c) (no adverse decision by algorithm)
#   needs: []
holds contains {"code": "score", "detail": "flagged"} if {
	input.score.flagged == true
	not gate_waived
}

# METADATA
# title: No score though a model is bound
# description: |
#   A model that is bound and gave no score has not looked. Without a model there is nothing to wait for.
# custom:
#   code: GATE-UNSCORED
#   citation: 42 CFR 455.23
#   needs: []
holds contains {"code": "score", "detail": "unscored"} if {
	input.score.bound == true
	input.score.scored == false
	not gate_waived
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
	input.x.unpriced
	some reason in input.x.unpriced
}

# METADATA
# title: Money
# description: |
#   Every line was decided and its money is there: charges add up to the claim's, nothing is negative, and nothing
#   pays more than was charged.
# custom:
#   code: GATE-MONEY
#   citation: 005010X221A1 §1.10.2 (balancing)
#   needs: []
holds contains {"code": "gate", "detail": "money"} if {
	not gate_money
}

# METADATA
# title: No denied line pays
# description: |
#   A line that an edit denies as a whole is not among the lines that pay.
# custom:
#   code: GATE-UNPAID
#   citation: 005010X221A1 §1.10.2 (balancing)
#   needs: []
holds contains {"code": "gate", "detail": "money"} if {
	input.x.edits
	not gate_unpaid
}

# METADATA
# title: Rows that were lost
# description: |
#   A look-up found more or fewer rows than the evidence holds.
# custom:
#   code: GATE-ROWS
#   citation: 45 CFR 164.312(c)(1) (integrity)
#   needs: []
holds contains {"code": "gate", "detail": kind} if {
	input.x.lost
	some kind in input.x.lost
}

# The denials that need nothing else: not insured, before and after coverage, after death, too late, duplicate.
gate_first := {"13", "18", "26", "27", "29", "31"}

gate_stands if gate_all({edit.line |
	some edit in input.x.edits
	gate_final(edit)
})

gate_final(edit) if {
	edit.outcome == "deny"
	edit.partial == false
	edit.carc in gate_first
}

# What a reviewer denied is denied: a person looked.
gate_final(edit) if {
	edit.outcome == "deny"
	edit.review == true
}

# A set of lines is all of the claim when it names the claim (line 0) or as many lines as it has.
gate_all(lines) if 0 in lines

gate_all(lines) if count(lines) == input.claim.lines

gate_denied contains edit.line if {
	some edit in input.x.edits
	edit.outcome == "deny"
	edit.partial == false
}

gate_settled(edit) if {
	edit.outcome == "deny"
	edit.partial in {true, false}
}

gate_waived if input.score.waived == true

gate_spoken(kind) if {
	some source in input.x.sources
	kind in source.kinds
	gate_speaks(source)
}

gate_speaks(source) if source.assumed == true

gate_speaks(source) if {
	source.from <= input.claim.first
	input.claim.last <= source.through
}

# A plan that pays a percentage of charges has no fees, and an original claim no predecessor.
gate_excused contains "fees" if input.x.pricing == "percentOfCharges"

gate_excused contains "predecessor" if input.x.frequency == "1"

gate_money if {
	input.claim.decided == input.claim.lines
	input.claim.charge == input.claim.charge_lines
	input.claim.low >= 0
	input.claim.paid <= input.claim.charge
}

gate_unpaid if count(gate_denied & input.x.pay_lines) == 0

# The input arrived whole, and every source speaks for every date. Nothing is listed, as of most claims. No field of
# the claim can be lost: each is compared here or in gate_money, or is what pays.
gate_sound if {
	input.claim.listed == 0
	not input.x
	count(input.score) == 4
	input.claim.plain_from <= input.claim.first
	input.claim.last <= input.claim.plain_through
}

# The same of a claim with something listed: for the sources that do not speak for every date, GATE-COVERED holds.
gate_sound if {
	input.claim.listed == count(input.x)
	count(input.claim) == 12
	count(input.score) == 4
	gate_dated
}

gate_dated if {
	input.claim.plain_from <= input.claim.first
	input.claim.last <= input.claim.plain_through
}

gate_dated if input.x.sources

# Of two code sets of diagnoses, the one of the time of the claim.
gate_named(kind) := "diagnosesICD9" if {
	kind == "diagnoses"
	input.x.icd9 == true
} else := kind
