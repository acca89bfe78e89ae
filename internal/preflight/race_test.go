//go:build race

package preflight

const raced = true
