package x12

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"
)

// batch writes an 837P of n claims of four lines, each of its own subscriber, as a clearing house would send it.
func batch(n int) []byte {
	var b bytes.Buffer
	b.WriteString("ISA*00*          *00*          *ZZ*CLEARINGHOUSE  *ZZ*PAYER0001      *250301*1200*^*00501*000000101*0*P*:~\n")
	b.WriteString("GS*HC*CLEARINGHOUSE*PAYER0001*20250301*1200*7*X*005010X222A1~\n")
	var set strings.Builder
	set.WriteString("ST*837*0001*005010X222A1~\nBHT*0019*00*B0001*20250301*1200*CH~\nNM1*41*2*CLEARING HOUSE*****46*CH01~\n" +
		"PER*IC*DESK*TE*5550100000~\nNM1*40*2*PAYER ONE*****46*PAYER0001~\nHL*1**20*1~\nPRV*BI*PXC*207Q00000X~\n" +
		"NM1*85*2*RIVERSIDE FAMILY CLINIC*****XX*1234567893~\nN3*1 RIVER ROAD~\nN4*SPRINGFIELD*IL*627010000~\nREF*EI*370000001~\n")
	segments := 11
	for i := range n {
		fmt.Fprintf(&set, "HL*%d*1*22*0~\nSBR*P*18*GRP100******CI~\nNM1*IL*1*NOBODY%d*SAMPLE****MI*MEM%07d~\nN3*%d ELM STREET~\n"+
			"N4*SPRINGFIELD*IL*62702~\nDMG*D8*19800214*F~\nNM1*PR*2*PAYER ONE*****PI*PAYER0001~\nCLM*PCN%07d*412.5***11:B:1*Y*A*Y*Y~\n"+
			"REF*D9*TRACE%07d~\nHI*ABK:E119*ABF:I10*ABF:Z7984~\nNM1*82*1*DOE*AVERY****XX*1992999999~\nPRV*PE*PXC*207Q00000X~\n",
			i+2, i, i, i%900+1, i, i)
		for line := range 4 {
			fmt.Fprintf(&set, "LX*%d~\nSV1*HC:9921%d:25*103.13*UN*1***1:2~\nDTP*472*D8*20250214~\nREF*6R*L%d~\n", line+1, line+2, line)
		}
		segments += 28
	}
	text := strings.ReplaceAll(set.String(), "*412.5*", "*412.52*")
	b.WriteString(text)
	fmt.Fprintf(&b, "SE*%d*0001~\nGE*1*7~\nIEA*1*000000101~\n", segments+1)
	return b.Bytes()
}

// BenchmarkRead reports what one claim of four lines costs.
func BenchmarkRead(b *testing.B) {
	const claims = 2000
	document := batch(claims)
	b.SetBytes(int64(len(document)))
	b.ReportAllocs()
	var handler counter
	for b.Loop() {
		report, err := Read(context.Background(), bytes.NewReader(document), Limits{}, &handler)
		if err != nil || report.Eligible != claims {
			b.Fatalf("%d of %d claims eligible, error %v, problems %v", report.Eligible, claims, err, report.Errors)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/claims, "ns/claim")
}

type counter struct{ claims, ends int }

func (c *counter) Claim(*Parsed) error                    { c.claims++; return nil }
func (c *counter) TransactionEnd(TransactionResult) error { c.ends++; return nil }

// BenchmarkReread reads one claim again from its slice, as deciding it does.
func BenchmarkReread(b *testing.B) {
	var kept collector
	if _, err := Read(context.Background(), bytes.NewReader(batch(64)), Limits{}, &kept); err != nil || len(kept.claims) != 64 {
		b.Fatal(len(kept.claims), err)
	}
	b.ReportAllocs()
	again := NewRereader()
	for i := 0; b.Loop(); i++ {
		if _, err := again.Reread(kept.claims[i%64].Slice); err != nil {
			b.Fatal(err)
		}
	}
}
