//go:build !race

package preflight

const raced = false
