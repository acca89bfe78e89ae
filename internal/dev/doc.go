// Package dev is the loop of who writes a filter: at each save of a source it builds, holds the server back meanwhile,
// and says on a terminal what became of the save, in the words of the compiler, of preflight, of Envoy or of the module.
//
//	sources -> Loop -> Builder -> module -> Patient -> server -> Follow
package dev
