package claim_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/assize/assize/internal/claim"
)

func TestParseDateReadsDatesThatExist(t *testing.T) {
	// Every text of eight digits over some centuries, against the calendar of package time.
	for _, year := range []int{0, 1, 1600, 1700, 1899, 1900, 1999, 2000, 2023, 2024, 2100, 9999} {
		for monthDay := range 1400 {
			text := fmt.Sprintf("%04d%04d", year, monthDay)
			_, err := time.Parse("20060102", text)
			got, parsed := claim.ParseDate(text)
			if exists := err == nil && year > 0; exists != (parsed == nil) || exists && got != claim.Date(year*10000+monthDay) {
				t.Fatalf("%s: got %v, %v; the calendar says %v", text, got, parsed, err)
			}
		}
	}
	if got, err := claim.ParseDate("2024-02-29"); err != nil || got != 20240229 {
		t.Errorf("with dashes: %v, %v", got, err)
	}
	for _, text := range []string{
		"", "2024", "2024022", "202402290", "202410105", "2024-02-9", "2024-2-29x", "2024/02/29", "2024-02/29", "2024/02-29", "2O240229", "20240230", "2023-02-29", "-2024229", "2024:229",
	} {
		if got, err := claim.ParseDate(text); !errors.Is(err, claim.ErrDate) || got != 0 {
			t.Errorf("%q: got %v, %v, want ErrDate", text, got, err)
		}
	}
}

func TestDatesCountAsTheCalendarDoes(t *testing.T) {
	for d := claim.Date(18991231); d < 19010103; d = d.AddDays(1) {
		if got := claim.DateOf(d.Time()); got != d {
			t.Fatalf("%v comes back as %v", d, got)
		}
		if got := d.DaysUntil(d.AddDays(400)); got != 400 {
			t.Fatalf("%v: %d days, want 400", d, got)
		}
	}
	if got := claim.Date(19700102).DayNumber(); got != 1 {
		t.Errorf("2 January 1970 is day %d, want 1", got)
	}
	if got := claim.NewDate(2023, time.February, 30); got != 20230302 {
		t.Errorf("30 February is %v, want 2 March", got)
	}
	if got := claim.DateOf(time.Date(2024, 5, 15, 23, 59, 0, 0, time.FixedZone("west", -5*3600))); got != 20240515 {
		t.Errorf("late in the evening, in the payer's zone: %v, want its own date", got)
	}
	if got := claim.Date(20240515).Year(); got != 2024 {
		t.Errorf("year %d", got)
	}
	for until, want := range map[claim.Date]int{20240304: 44, 20240303: 43, 20250303: 44, 19800304: 0, 19810303: 0, 19810304: 1} {
		if got := claim.Date(19800304).YearsUntil(until); got != want {
			t.Errorf("born on 4 March 1980, %d years old on %v, want %d", got, until, want)
		}
	}
}

// An absent date or bound is within nothing: whoever asks gets no, and never a yes by default.
func TestWithinIsClosedAndNeedsEveryDate(t *testing.T) {
	tests := []struct {
		date, from, through claim.Date
		want                bool
	}{
		{20240515, 20240101, 20241231, true}, {20240515, 20240515, 20240515, true}, {20240514, 20240515, 20240515, false},
		{20240516, 20240515, 20240515, false}, {0, 20240101, 20241231, false}, {20240515, 0, 20241231, false}, {20240515, 20240101, 0, false}, {0, 0, 0, false},
	}
	for _, test := range tests {
		if got := test.date.Within(test.from, test.through); got != test.want {
			t.Errorf("%v within %v and %v: %v", test.date, test.from, test.through, got)
		}
	}
}

func TestDatesInJSON(t *testing.T) {
	for date, want := range map[claim.Date]string{0: "null", 20240229: `"2024-02-29"`, 10101: `"0001-01-01"`} {
		got, err := json.Marshal(date)
		if err != nil || string(got) != want {
			t.Errorf("%d: got %s, %v, want %s", int(date), got, err, want)
		}
		back := claim.Date(19990101)
		if err := json.Unmarshal(got, &back); err != nil || back != date {
			t.Errorf("%s: read back as %v, %v", got, back, err)
		}
	}
	for text, want := range map[string]claim.Date{`""`: 0, `"20240229"`: 20240229} {
		got := claim.Date(19990101)
		if err := json.Unmarshal([]byte(text), &got); err != nil || got != want {
			t.Errorf("%s: got %v, %v, want %v", text, got, err, want)
		}
	}
	// What stands there may be somebody's date of birth: it is not quoted.
	for _, text := range []string{`20240229`, `"20240230"`, `{"born":"19800304"}`, `"4 March 1980"`} {
		var got claim.Date
		if err := got.UnmarshalJSON([]byte(text)); !errors.Is(err, claim.ErrDate) || err.Error() != claim.ErrDate.Error() || got != 0 {
			t.Errorf("%s: got %v, %v, want only ErrDate", text, got, err)
		}
	}
	if got := claim.Date(0).String(); got != "" {
		t.Errorf("an absent date is shown as %q", got)
	}
}

func TestInstantsAreMicrosecondsInUTC(t *testing.T) {
	at := time.Date(2024, 5, 15, 1, 2, 3, 4_999, time.FixedZone("east", 3600))
	if got, want := claim.InstantOf(at).Time(), time.Date(2024, 5, 15, 0, 2, 3, 4_000, time.UTC); got != want {
		t.Errorf("got %v, want %v", got, want)
	}
}
