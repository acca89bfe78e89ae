package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

type (
	object = map[string]any
	list   = []any
)

// envoy is a running Envoy with one worker, and a connection to it.
type envoy struct {
	command   *exec.Cmd
	client    *client
	schedstat string // of the worker thread: nanoseconds on a CPU, and more
}

func startEnvoy(ctx context.Context, binary, dir string, w way, processor int) (*envoy, error) {
	address, err := freeAddress(ctx)
	if err != nil {
		return nil, err
	}
	data, err := json.Marshal(bootstrap(address, w.filter, processorCluster(processor)))
	if err != nil {
		return nil, err
	}
	file, err := os.CreateTemp(dir, "envoy-*.json")
	if err != nil {
		return nil, err
	}
	if err := errors.Join(writeAll(file, data), file.Close()); err != nil {
		return nil, err
	}
	log, err := os.Create(file.Name() + ".log")
	if err != nil {
		return nil, err
	}
	defer log.Close()
	command := exec.CommandContext(ctx, binary, "-c", file.Name(), "--use-dynamic-base-id", "--concurrency", "1", "-l", "error")
	command.Stdout, command.Stderr = log, log
	if err := command.Start(); err != nil {
		return nil, err
	}
	e := &envoy{command: command}
	if e.client, err = dial(ctx, address); err == nil {
		e.schedstat, err = workerThread(command.Process.Pid)
	}
	if err != nil {
		e.stop()
		words, _ := os.ReadFile(log.Name())
		return nil, fmt.Errorf("%w\n%s", err, words)
	}
	return e, nil
}

func writeAll(file *os.File, data []byte) error {
	_, err := file.Write(data)
	return err
}

func (e *envoy) stop() {
	if e.client != nil {
		e.client.close()
	}
	_ = e.command.Process.Kill() // nothing in it is worth an orderly end
	_ = e.command.Wait()
}

// check sees to it that the way does what it is measured for.
func (e *envoy) check(w way) error {
	response, err := e.client.get()
	if err != nil {
		return err
	}
	if got := strings.Contains(response, "\r\nx-proxy-wasm: my-wasm-filter\r\n"); got != w.rewrite {
		return fmt.Errorf("names the filter in the response: %v, want %v:\n%s", got, w.rewrite, response)
	}
	return nil
}

// round returns the worker's CPU time for each of n requests.
func (e *envoy) round(ctx context.Context, n int) (time.Duration, error) {
	before, err := e.cpu()
	if err != nil {
		return 0, err
	}
	if err := e.client.many(ctx, n); err != nil {
		return 0, err
	}
	after, err := e.cpu()
	return (after - before) / time.Duration(n), err
}

func (e *envoy) cpu() (time.Duration, error) {
	data, err := os.ReadFile(e.schedstat)
	if err != nil {
		return 0, err
	}
	nanoseconds, err := strconv.ParseInt(strings.Fields(string(data))[0], 10, 64)
	return time.Duration(nanoseconds), err
}

func workerThread(pid int) (schedstat string, err error) {
	names, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/comm", pid))
	if err != nil {
		return "", err
	}
	for _, name := range names {
		if comm, err := os.ReadFile(name); err == nil && strings.HasPrefix(string(comm), "wrk:worker_0") {
			return filepath.Join(filepath.Dir(name), "schedstat"), nil
		}
	}
	return "", errors.New("no worker thread found")
}

func freeAddress(ctx context.Context) (string, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

func bootstrap(address string, filter, cluster object) object {
	filters := list{httpFilter("router", "envoy.extensions.filters.http.router.v3.Router", object{})}
	if filter != nil {
		filters = append(list{filter}, filters...)
	}
	_, port, _ := net.SplitHostPort(address)
	number, _ := strconv.Atoi(port)
	manager := typed("envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager", object{
		"stat_prefix":  "bench",
		"http_filters": filters,
		"route_config": object{"virtual_hosts": list{object{
			"name": "all", "domains": list{"*"},
			"routes": list{object{
				"match":           object{"prefix": "/"},
				"direct_response": object{"status": 200, "body": object{"inline_string": "ok"}},
			}},
		}}},
	})
	return object{"static_resources": object{"clusters": list{cluster}, "listeners": list{object{
		"name":    "bench",
		"address": object{"socket_address": object{"address": "127.0.0.1", "port_value": number}},
		"filter_chains": list{object{"filters": list{
			object{"name": "http", "typed_config": manager},
		}}},
	}}}}
}
