package contract_test

test_pass_mem_31_known if hits("MEM-31", clean) == set()

test_fail_mem_31_looked_up_and_not_found if hits("MEM-31", object.union(clean, {"claim": {"member": false}})) == {0}

test_absent_mem_31[tc.note] if {
	some tc in [
		{
			"note": "not looked up",
			"given": object.union(object.remove(clean, ["looked"]), {"claim": {"member": false}}),
		},
		{
			"note": "source ends before the service",
			"given": object.union(clean, {"claim": {"member": false}, "looked": {"member": {"through": 20240214}}}),
		},
	]
	hits("MEM-31", tc.given) == set()
}
