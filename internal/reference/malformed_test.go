package reference

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/assize/assize/internal/claim"
)

// place is where a problem was found and its code.
type place struct {
	line, column int
	code         string
}

func TestMalformedRowsAreLocatedAndRefuseTheTable(t *testing.T) {
	const (
		active  = "column1,column2,modifier_indicator,rationale_id\n"
		deleted = "column1,column2,deletion_date,modifier_indicator,rationale_id\n"
		mue     = "hcpcs_code,mue_units,mue_mai,mue_rationale,mue_service\n"
		fees    = "procedure,modifier,network,site,price,from,through\n"
	)
	for _, tc := range []struct {
		name, file, content string
		want                []place
	}{
		{"empty table", "ncci_ptp_prac_2024q3.csv", active, []place{{1, 0, "EMPTY"}}},
		{"unknown setting", "ncci_ptp_2024q3.csv", active + "Z0001,Z0002,1,1\n", []place{{1, 0, "SETTING"}}},
		{"code missing", "prac_2024q3.csv", active + "Z0001,Z0002,1,1\n,Z0002,1,1\n", []place{{3, 1, "CODE"}}},
		{"code with a blank", "prac_2024q3.csv", active + "Z0001,Z0 02,1,1\n", []place{{2, 2, "CODE"}}},
		{"indicator", "prac_2024q3.csv", active + "Z0001,Z0002,2,1\n", []place{{2, 3, "INDICATOR"}}},
		{"too few columns", "prac_2024q3.csv", active + "Z0001,Z0002\nZ0001,Z0002,5,1\n", []place{{2, 0, "CSV"}, {3, 3, "INDICATOR"}}},
		{"stray quotation mark", "prac_2024q3.csv", active + "Z0001,\"Z0\"002,1,1\n", []place{{2, 0, "CSV"}}},
		{"deletion date missing", "prac_2024q3.csv", deleted + "Z0001,Z0002,,1,1\n", []place{{2, 3, "DATE"}}},
		{"30 February", "prac_2024q3.csv", deleted + "Z0001,Z0002,2024-02-30,1,1\n", []place{{2, 3, "DATE"}}},
		{"units", "mue_2024q3.csv", mue + "Z0001,many,1,x,Practitioner\n", []place{{2, 2, "NUMBER"}}},
		{"negative units", "mue_2024q3.csv", mue + "Z0001,-1,1,x,Practitioner\n", []place{{2, 2, "NUMBER"}}},
		{"adjudication indicator", "mue_2024q3.csv", mue + "Z0001,1,0,x,Practitioner\n", []place{{2, 3, "VALUE"}}},
		{"service", "mue_2024q3.csv", mue + "Z0001,1,1,x,Somebody\n", []place{{2, 5, "VALUE"}}},
		{"price of nothing", "fees.csv", fees + "Z0001,,true,,0.00,2024-01-01,\n", []place{{2, 5, "VALUE"}}},
		{"price with a fraction of a cent", "fees.csv", fees + "Z0001,,true,,1.005,2024-01-01,\n", []place{{2, 5, "NUMBER"}}},
		{"price out of bounds", "fees.csv", fees + "Z0001,,true,,99999999999,2024-01-01,\n", []place{{2, 5, "NUMBER"}}},
		{"every fault of a row", "fees.csv", fees + ",,maybe,moon,1,2024-13-01,\n",
			[]place{{2, 4, "VALUE"}, {2, 1, "CODE"}, {2, 3, "FLAG"}, {2, 6, "DATE"}}},
		{"no first date", "fees.csv", fees + "Z0001,,true,,1,,\n", []place{{2, 6, "DATE"}}},
		{"dates out of order", "fees.csv", fees + "Z0001,,true,,1,2024-02-01,2024-01-01\n", []place{{2, 6, "DATE"}}},
		{"order file", "icd10cm-order-2024.txt", "00001 ZZ1     0 x\n00002 ZZ10  1 x\n", []place{{2, 0, "ORDER"}}},
		{"conflict", "mce_v41.csv", "icd_code,icd_description,icd_conflict_group,icd_conflict_rule\nZZ1.0,x,Age,Centenarians\n",
			[]place{{2, 4, "VALUE"}}},
		{"NPI", "x.csv", "npi,excluded,reinstated\n123,2020-01-01,\n", []place{{2, 1, "VALUE"}}},
		{"reinstated first", "x.csv", "npi,excluded,reinstated\n1234567893,2020-01-01,2019-01-01\n", []place{{2, 1, "VALUE"}}},
		{"ages", "x.csv", "code,sex,age_min,age_max,from,through\nZ0001,,20,10,2020-01-01,\n", []place{{2, 3, "AGE"}}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			set, loaded, err := Load([]Source{text(tc.file, tc.content)}, Options{})
			if err != nil {
				t.Fatal(err)
			}
			var got []place
			for _, p := range loaded[0].Problems {
				got = append(got, place{p.Line, p.Element, p.Code})
			}
			if diff := cmp.Diff(tc.want, got, cmp.AllowUnexported(place{})); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
			if len(set.Tables()) > 0 || loaded[0].Left != "it has errors" {
				t.Errorf("the table was loaded all the same; left: %q", loaded[0].Left)
			}
		})
	}
}

func TestContradictionsRefuseTheTable(t *testing.T) {
	const fees = "procedure,modifier,network,site,price,from,through\n"
	for _, tc := range []struct {
		name, content string
		refused       bool
	}{
		{"two prices on one day", fees + "Z0001,,true,,1,2024-01-01,\nZ0001,,true,,2,2024-06-01,\n", true},
		{"one for both sites, one for one", fees + "Z0001,,true,,1,2024-01-01,\nZ0001,,true,facility,2,2024-06-01,\n", true},
		{"one after the other", fees + "Z0001,,true,,1,2024-01-01,2024-05-31\nZ0001,,true,,2,2024-06-01,\n", false},
		{"in and out of network", fees + "Z0001,,true,,1,2024-01-01,\nZ0001,,false,,2,2024-01-01,\n", false},
		{"with and without modifier", fees + "Z0001,,true,,1,2024-01-01,\nZ0001,26,true,,2,2024-01-01,\n", false},
		{"the same twice", fees + "Z0001,,true,,1,2024-01-01,\nZ0001,,true,,1,2024-01-01,\n", false},
		{"pairs", "setting,column_one,column_two,indicator,from,through\n" +
			"practitioner,Z0001,Z0002,0,2024-01-01,\npractitioner,Z0001,Z0002,1,2024-06-01,\n", true},
	} {
		set, loaded, _ := Load([]Source{text("x.csv", tc.content)}, Options{})
		if refused := len(set.Tables()) == 0; refused != tc.refused {
			t.Errorf("%s: refused %v, want %v (%s)", tc.name, refused, tc.refused, loaded[0].Left)
		}
	}
}

func TestOneFaultyFileLeavesTheWholeKindOut(t *testing.T) {
	const header = "npi,excluded,reinstated\n"
	set, loaded, _ := Load([]Source{
		text("good.csv", header+"1234567893,2020-01-01,\n"), text("bad.csv", header+"123,2020-01-01,\n"),
	}, Options{})
	if set.Exclusions != nil || loaded[0].Left != "exclusions: another file of the same table has errors" {
		t.Errorf("got %+v, %+v", set, loaded)
	}
}

func TestProblemsAreCappedAndCounted(t *testing.T) {
	content := "npi,excluded,reinstated\n"
	for range 2 * problemsMax {
		content += "123,2020-01-01,\n"
	}
	_, loaded, _ := Load([]Source{text("x.csv", content)}, Options{})
	if len(loaded[0].Problems) != problemsMax || loaded[0].Errors != 2*problemsMax {
		t.Errorf("listed %d, counted %d", len(loaded[0].Problems), loaded[0].Errors)
	}
}

func TestDeletedPairsAreNoTable(t *testing.T) {
	set, loaded := load(t, Options{AssumeValid: true}, "ncci_ptp_prac_2024q3_deleted.csv")
	if set.PTP != nil || loaded[0].Left != "ptp: building ptp table: "+errNoDates.Error() {
		t.Errorf("alone: got %+v, left %q", set.PTP, loaded[0].Left)
	}
	set, _ = load(t, Options{AssumeValid: true}, "ncci_ptp_prac_2024q3_deleted.csv", "ncci_ptp_out_2024q3_active.csv")
	if _, ok := set.PTP.Speaks(Practitioner, 20240701, 20240701); ok {
		t.Error("with the active pairs of the other setting: the table speaks for practitioners")
	}
}

func TestUnrecognisedFilesAreLeftOut(t *testing.T) {
	for _, content := range []string{"", "a,b,c\n1,2,3\n", "{}", "ISA*00*", "\x00\xff\xfe", "npi\n1\n", "npi,npi,source\n1,2,3\n"} {
		_, loaded, err := Load([]Source{text("x_2024q3.csv", content)}, Options{AssumeValid: true})
		if err != nil || loaded[0].Left == "" || loaded[0].Format != "" {
			t.Errorf("%q: %v, %+v", content, err, loaded[0])
		}
	}
	if _, _, err := LoadDir("testdata/none", Options{}); claim.KindOf(err) != claim.Unavailable {
		t.Errorf("a folder that is not there: %v", err)
	}
}
