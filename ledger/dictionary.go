package ledger

// dictionary is what every section begins by knowing: the keys of evidence and decisions as they follow one another
// in their encoding, with the commonest values, and the segments of an 837. Sections are small and mostly keys, so
// with it they pack to half the size at a third of the time. It is part of sealed blobs of version 1: what was packed
// with it unpacks with nothing else, so it is never changed; a better one would be another packing number. It was made
// by encoding evidence with one row of each kind; a key that it lacks is merely not packed as well.
const dictionary = "" +
	"\xabdhead\xa4dasOf\x00dkindgpatientgclaimIdP\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00" +
	"isemantics\x00eclaim\xb8\x1bcdrg`dfrom\x00dtype`elines\x81\xb2cndc`dfrom\x00dunit`fnumber\x00grevenue`gthr" +
	"ough\x00imodifiers\x80iprocedure`iproviders\x81\xa7cnpi`dlast`drole`efirst`etaxId`gaddress\xa5czip`dcity`e" +
	"line1`eline2`estate`htaxonomy`iqualifier`kchargeCents\x00mcontrolNumber`motherPayments\x81\xa6gdecided\x00" +
	"gpayerId`ipaidCents\x00iprocedure`kadjustments\x81\xa3dcarc`egroup`kamountCents\x00squantityThousandths\x00" +
	"nplaceOfService`ononCoveredCents\x00qdiagnosisPointers\x80rpriorAuthorization`squantityThousandths\x00gpat" +
	"ient\xa8csex`dlast`efirst`fmiddle`gaddress\xa5czip`dcity`eline1`eline2`estate`hmemberId`ibirthDate\x00idea" +
	"thDate\x00gthrough\x00hreferral`iadmission\x00idiagnoses\x81\xa4dcode`dicd9\xf4drole`rpresentOnAdmission`i" +
	"frequency`iproviders\x81\xa7cnpi`dlast`drole`efirst`etaxId`gaddress\xa5czip`dcity`eline1`eline2`estate`hta" +
	"xonomy`jprocedures\x81\xa3dcode`ddate\x00iprincipal\xf4jsubscriber\xa8csex`dlast`efirst`fmiddle`gaddress\xa5" +
	"czip`dcity`eline1`eline2`estate`hmemberId`ibirthDate\x00ideathDate\x00kchargeCents\x00kdestination\xa2bid`" +
	"dname`kotherPayers\x81\xa8epayer\xa2bid`dname`gdecided\x00hmemberId`ipaidCents\x00kadjustments\x81\xa3dcar" +
	"c`egroup`kamountCents\x00nresponsibility`ononCoveredCents\x00ppatientOwesCents\x00lrelationship`madmission" +
	"Type`mpatientStatus`nplaceOfService`nresponsibility`oadmissionSource`ofilingIndicator`qacceptsAssignment`q" +
	"originalReference`rpriorAuthorization`tpatientControlNumber`eslice@fmember\xa9bidP\x00\x00\x00\x00\x00\x00" +
	"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00csex`dlast`efirst`ffamilyP\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00" +
	"\x00\x00\x00\x00\x00\x00ibirthDate\x00ideathDate\x00lrelationship`psubscriberNumber`freview\xa6bat\x00eact" +
	"or`eedits\x81\xa8dcarc`dline\x00drarc`drule`egroup`goutcome`kamountCents\x00punitsThousandths\x00faction`f" +
	"waived\x80irationale`ghistory\x81\xabcnpi`dfrom\x00dline\x00eclaimP\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00" +
	"\x00\x00\x00\x00\x00\x00fpended\xf4gthrough\x00imodifiers\x80iprocedure`jbillingNpi`kchargeCents\x00squant" +
	"ityThousandths\x00icoverages\x81\xa3dfrom\x00dplan`gthrough\x00jduplicates\x81\xa4dline\x00ewhere`iotherLi" +
	"ne\x00jotherClaimP\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00kpredecessor\xa6eclaimP\x00" +
	"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00goutcome`ipaidCents\x00isamePayee\xf4jsameMemb" +
	"er\xf4jsuperseded\xf4laccumulators\x81\xa5dkind`dyear\x00egroup`famount\x00fmemberP\x01\x00\x00\x00\x00\x00" +
	"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00nauthorizations\x81\xa7cnpi`dfrom\x00fnumber`gthrough\x00iprocedur" +
	"e`ousedThousandths\x00sapprovedThousandths\x00\xa4dhead\xa4dasOf\x00dkindjsubscribergclaimIdP\x00\x00\x00\x00" +
	"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00isemantics\x00fperson\xa8csex`dlastaxefirst`fmiddle`gaddre" +
	"ss\xa5czip`dcity`eline1`eline2`estate`hmemberId`ibirthDate\x00ideathDate\x00fplaces\x81\x00laccumulators\x81" +
	"\xa5dkind`dyear\x00egroup`famount\x00fmemberP\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00" +
	"\xa4dhead\xa4dasOf\x00dkindhprovidergclaimIdP\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00" +
	"isemantics\x00gprofile\xb8 cnpi`ddays\x00dlast\x00efirst\x00elines\x00epeers\x00fclaims\x00fvisits\x00hpat" +
	"ients\x00ispecialty`jpeerClaims\x00kchargeCents\x00lmaxLinesADay\x00lrecentClaims\x00pclonesMillionths\x00" +
	"pdeniedMillionths\x00ppeerMaxLinesADay\x00qrepeatsMillionths\x00qweekendMillionths\x00schargePerClaimCents" +
	"\x00tpeerClonesMillionths\x00upeerRepeatsMillionths\x00upeerWeekendMillionths\x00vunitsPerLineMillionths\x00" +
	"wpeerChargePerClaimCents\x00x\x18topLevelVisitsMillionths\x00x\x19linesPerPatientMillionths\x00x\x1aoverri" +
	"deModifierMillionths\x00x\x1apeerUnitsPerLineMillionths\x00x\x1cpeerTopLevelVisitsMillionths\x00x\x1dpeerL" +
	"inesPerPatientMillionths\x00x\x1epeerOverrideModifierMillionths\x00iproviders\x81\xa5cnpi`dfrom\x00gnetwor" +
	"k\xf4gthrough\x00ispecialty`jexclusions\x81\xa3cnpi`hexcluded\x00jreinstated\x00\xaccmue\x81\xa8dfrom\x00d" +
	"line\x00gthrough\x00iindicator\x00iprocedure`plimitThousandths\x00sdayUnitsThousandths\x00tlineUnitsThousa" +
	"ndths\x00cptp\x81\xaadfrom\x00dline\x00gthrough\x00icolumnOne`icolumnTwo`iindicator\x00imodifiers\x80iothe" +
	"rLine\x00jotherClaimP\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00mcolumnTwoPaid\xf4dfe" +
	"es\x81\xa7dfrom\x00dline\x00gnetwork\xf4gthrough\x00hmodifier`iprocedure`iunitCents\x00dhead\xa4dasOf\x00d" +
	"kinddrowsgclaimIdP\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00isemantics\x00dplan\xadd" +
	"code`dfrom\x00gpricing`gthrough\x00hembedded\xf4jcopayCents\x00jfilingDays\x00qpercentMillionths\x00ucoins" +
	"uranceMillionths\x00udeductibleFamilyCents\x00voutOfPocketFamilyCents\x00x\x19deductibleIndividualCents\x00" +
	"x\x1aoutOfPocketIndividualCents\x00epayer\x00flooked\x91\xa6dfrom\x00dkind`drows\x00fsource`gassumed\xf4gt" +
	"hrough\x00\xa6dfrom\x1a\x01!\xeb%dkindfmemberdrows\x00fsourceefactsgassumed\xf4gthrough\x1a\x05\xf5\xbe\xbf" +
	"\xa6dfrom\x1a\x01!\xeb%dkindhcoveragedrows\x00fsourceefactsgassumed\xf4gthrough\x1a\x05\xf5\xbe\xbf\xa6dfr" +
	"om\x1a\x01!\xeb%dkinddplandrows\x00fsourceefactsgassumed\xf4gthrough\x1a\x05\xf5\xbe\xbf\xa6dfrom\x1a\x01!" +
	"\xeb%dkindlaccumulatorsdrows\x00fsourceefactsgassumed\xf4gthrough\x1a\x05\xf5\xbe\xbf\xa6dfrom\x1a\x01!\xeb" +
	"%dkindhproviderdrows\x00fsourceefactsgassumed\xf4gthrough\x1a\x05\xf5\xbe\xbf\xa6dfrom\x1a\x01!\xeb%dkindj" +
	"exclusionsdrows\x00fsourceefactsgassumed\xf4gthrough\x1a\x05\xf5\xbe\xbf\xa6dfrom\x1a\x01!\xeb%dkindnautho" +
	"rizationsdrows\x00fsourceefactsgassumed\xf4gthrough\x1a\x05\xf5\xbe\xbf\xa6dfrom\x1a\x01!\xeb%dkindghistor" +
	"ydrows\x00fsourceefactsgassumed\xf4gthrough\x1a\x05\xf5\xbe\xbf\xa6dfrom\x1a\x01!\xeb%dkindjduplicatesdrow" +
	"s\x00fsourceefactsgassumed\xf4gthrough\x1a\x05\xf5\xbe\xbf\xa6dfrom\x1a\x01!\xeb%dkindkpredecessordrows\x00" +
	"fsourceefactsgassumed\xf4gthrough\x1a\x05\xf5\xbe\xbf\xa6dfrom\x1a\x01!\xeb%dkindhbenefitsdrows\x00fsource" +
	"efactsgassumed\xf4gthrough\x1a\x05\xf5\xbe\xbf\xa6dfrom\x1a\x01!\xeb%dkinddfeesdrows\x00fsourceefactsgassu" +
	"med\xf4gthrough\x1a\x05\xf5\xbe\xbf\xa6dfrom\x1a\x01!\xeb%dkindidiagnosesdrows\x00fsourceefactsgassumed\xf4" +
	"gthrough\x1a\x05\xf5\xbe\xbf\xa6dfrom\x1a\x01!\xeb%dkindjproceduresdrows\x00fsourceefactsgassumed\xf4gthro" +
	"ugh\x1a\x05\xf5\xbe\xbf\xa6dfrom\x1a\x01!\xeb%dkindcptpdrows\x00fsourceefactsgassumed\xf4gthrough\x1a\x05\xf5" +
	"\xbe\xbf\xa6dfrom\x1a\x01!\xeb%dkindcmuedrows\x00fsourceefactsgassumed\xf4gthrough\x1a\x05\xf5\xbe\xbfhben" +
	"efits\x81\xaadfrom\x00dline\x00egroup`gcovered\xf4gthrough\x00iprocedure`jpreventive\xf4mauthorization\xf4" +
	"plimitAmountCents\x00ulimitUnitsThousandths\x00hreceived\x00hversions\xa4emodelX \x00\x00\x00\x00\x00\x00\x00" +
	"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00hcontr" +
	"actX \x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00" +
	"\x00\x00\x00\x00\x00\x00hsnapshotX \x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00" +
	"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00isemantics\x00idiagnoses\x81\xa8csex`dcode`dfrom\x00" +
	"eindex\x00fageMax\x00fageMin\x00gthrough\x00hbillable\xf4jprocedures\x81\xa7csex`dcode`dfrom\x00dline\x00f" +
	"ageMax\x00fageMin\x00gthrough\x00\xaceedits\x81\xa8dcarc`dline\x00drarc`drule`egroup`goutcome`kamountCents" +
	"\x00punitsThousandths\x00elines\x81\xa9fnumber\x00goutcome`gremarks\x80ipaidCents\x00kadjustments\x81\xa3d" +
	"carc`egroup`kamountCents\x00kchargeCents\x00lallowedCents\x00ppatientOwesCents\x00tpaidUnitsThousandths\x00" +
	"epends\x81\xa2dcode`fdetail`escore\xa4fscored\xf4gflagged\xf4pmarginMillionths\x00sthresholdMillionths\x00" +
	"gassumed\x80goutcome`haccruals\x81\xa6dkind`dyear\x00egroup`famount\x00fmemberP\x00\x00\x00\x00\x00\x00\x00" +
	"\x00\x00\x00\x00\x00\x00\x00\x00\x00mauthorization`ipaidCents\x00isemantics\x00kchargeCents\x00lallowedCen" +
	"ts\x00ppatientOwesCents\x00" +
	"ISA*00*          *00*          *ZZ*~GS*HC*~ST*837*0001*005010X223A2~ST*837*0001*005010X222A1~BHT*0019*00*" +
	"~NM1*41*2*~PER*IC*~NM1*40*2*~HL*1**20*1~PRV*BI*PXC*~NM1*85*2*~NM1*85*1*XX*~N3*~N4*~REF*EI*~HL*2*1*22*0~" +
	"SBR*P*18*******CI~SBR*P********CI~NM1*IL*1*****MI*~DMG*D8*19*F~DMG*D8*19*M~NM1*PR*2*****PI*~HL*3*2*23*0~PAT*19~" +
	"NM1*QC*1*~CLM****11:B:1*Y*A*Y*Y~DTP*434*RD8*20~DTP*435*D8*20~CL1*~REF*G1*~REF*F8*~HI*ABK:*ABF:~NM1*82*1*****XX*" +
	"~PRV*PE*PXC*~NM1*77*2*~NM1*71*1*~LX*1~SV1*HC:99213*UN*1***1~SV2*0450*HC:*UN*1~DTP*472*D8*20~REF*6R*~"
