package contract_test

import data.contract

speaks(given) if contract.looked_speaks("mue") with input as given

test_pass_looked_last_day if {
	speaks(object.union(clean, {"looked": {"mue": {"from": 20240215, "through": 20240215}}}))
}

test_pass_looked_assumed if {
	speaks(object.union(clean, {"looked": {"mue": {"through": 20231231, "assumed": true}}}))
}

test_fail_looked_ended if {
	not speaks(object.union(clean, {"looked": {"mue": {"through": 20240214}}}))
}

test_fail_looked_not_begun if {
	not speaks(object.union(clean, {"looked": {"mue": {"from": 20240216}}}))
}

test_absent_looked_kind if not speaks(object.remove(clean, ["looked"]))

test_absent_looked_dates if not speaks(json.remove(clean, ["claim/first"]))
