// Package compose holds the test of docker-compose.yaml and the Dockerfile: on a real engine, by the commands that a user
// types, in a copy of the files that git knows. `make test-compose` runs it; it has the build tag compose.
package compose
