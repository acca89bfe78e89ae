package host

// httpDate reads a date such as "Sun, 06 Nov 1994 08:49:37 GMT" (IMF-fixdate) and returns its seconds since 1970.
// time.Parse would do, at the price of time's tables.
func httpDate(text string) (seconds int64, ok bool) {
	const form = "Sun, 06 Nov 1994 08:49:37 GMT"
	if len(text) != len(form) {
		return 0, false
	}
	for _, i := range []int{3, 4, 7, 11, 16, 19, 22, 25, 26, 27, 28} {
		if text[i] != form[i] {
			return 0, false
		}
	}
	month := int64(0)
	for m := range int64(12) {
		if "JanFebMarAprMayJunJulAugSepOctNovDec"[m*3:m*3+3] == text[8:11] {
			month = m + 1
		}
	}
	day, ok1 := number(text[5:7], 2)
	year, ok2 := number(text[12:16], 4)
	hour, ok3 := number(text[17:19], 2)
	minute, ok4 := number(text[20:22], 2)
	second, ok5 := number(text[23:25], 2)
	if !ok1 || !ok2 || !ok3 || !ok4 || !ok5 || month < 1 ||
		day < 1 || day > 31 || hour > 23 || minute > 59 || second > 60 {
		return 0, false
	}
	return daysSince1970(year, month, day)*86400 + hour*3600 + minute*60 + second, true
}

// daysSince1970 counts in years that begin in March, so that a leap day comes last (Hinnant, "chrono-Compatible
// Low-Level Date Algorithms").
func daysSince1970(year, month, day int64) int64 {
	if month < 3 {
		year, month = year-1, month+12
	}
	return year*365 + year/4 - year/100 + year/400 + (month*153-457)/5 + day - 719469
}

// number reads a decimal number of at most most digits and nothing else.
func number(text string, most int) (n int64, ok bool) {
	if text == "" || len(text) > most {
		return 0, false
	}
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return 0, false
		}
		n = n*10 + int64(text[i]-'0')
	}
	return n, true
}
