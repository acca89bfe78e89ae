// Package spelling is what messages about a text say of its words: the word, and what it was meant
// to be.
package spelling

import "strings"

// Nearest returns the name that s is most likely a misspelling of, or "".
func Nearest(s string, names []string) string {
	best, distance := "", 3
	for _, name := range names {
		if d := edits(strings.ToLower(s), strings.ToLower(name)); d < distance && d <= 1+len(name)/6 {
			best, distance = name, d
		}
	}
	return best
}

// edits counts the letters to insert, delete, replace or swap with their neighbour that
// make a into b (the optimal string alignment distance). Names that differ much in length
// are not compared: a may be as long as the file.
func edits(a, b string) int {
	if len(a) > len(b)+2 {
		return len(a)
	}
	// d[i][j] is the distance of the first i letters of a from the first j of b.
	d := make([][]int, len(a)+1)
	for i := range d {
		d[i] = make([]int, len(b)+1)
		for j := range d[i] {
			switch {
			case i == 0 || j == 0:
				d[i][j] = i + j
				continue
			case a[i-1] == b[j-1]:
				d[i][j] = d[i-1][j-1]
			default:
				d[i][j] = 1 + min(d[i-1][j-1], d[i-1][j], d[i][j-1])
			}
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d[i][j] = min(d[i][j], 1+d[i-2][j-2])
			}
		}
	}
	return d[len(a)][len(b)]
}
