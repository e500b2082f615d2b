package contract_test

test_pass_chg_16_balanced if hits("CHG-16", clean) == set()

test_fail_chg_16_a_cent_off if hits("CHG-16", object.union(clean, {"claim": {"charge": 20001}})) == {0}

test_absent_chg_16_no_total_plain_pend_holds_it if {
	given := object.union(object.remove(clean, ["claim"]), {"claim": {"charge_lines": 1}})
	hits("CHG-16", given) == set()
}
