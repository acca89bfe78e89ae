//go:build race

package e2e

// race: the tests were built with the race detector, so the server is too.
const race = true
