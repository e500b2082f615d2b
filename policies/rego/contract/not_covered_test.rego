package contract_test

test_pass_ben_96[tc.note] if {
	some tc in [
		{"note": "covered", "given": listed({"benefits": [benefit_row]})},
		{
			"note": "excluded in another period: BEN-PEND",
			"given": changed("benefits", benefit_row, {"covered": false, "through": 20240214}),
		},
	]
	hits("BEN-96", tc.given) == set()
}

test_fail_ben_96_not_covered if hits("BEN-96", changed("benefits", benefit_row, {"covered": false})) == {2}

test_absent_ben_96_not_said_ben_pend if hits("BEN-96", lacking("benefits", benefit_row, ["covered"])) == set()

test_pass_ben_96_the_source_does_not_speak if {
	hits("BEN-96", silent("benefits", changed("benefits", benefit_row, {"covered": false}))) == set()
}
