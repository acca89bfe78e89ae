#!/usr/bin/env bash
# Runs the whole of livefilter on this machine until Ctrl-C: ua-echo (the upstream), xds-server with
# demo/livefilter.yaml, and Envoy. Whatever ends this script ends all three.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh

[ "${BASH_VERSINFO[0]}" -ge 5 ] || die "this is bash $BASH_VERSION, and wants 5 or newer"

config=demo/livefilter.yaml
ca=demo/.run/ca.pem
logs=.cache/demo
echo_port=18443 # the config names it too
xds_port=18000
admin_port=18001
envoy_admin_port=9901
patience=60 # seconds until the first rewritten request

parts=() # "PID NAME" of what runs
if [ -t 1 ]; then terminal=yes; else terminal=no; fi
parent=$(cat "/proc/$PPID/comm" 2>/dev/null) || parent=unknown

# start NAME COMMAND... runs a part in the background. If even SIGKILL ends this script, Linux ends the part.
start() {
	local name=$1 leash=()
	shift
	if command -v setpriv >/dev/null; then leash=(setpriv --pdeathsig TERM --); fi
	"${leash[@]}" "$@" </dev/null &
	parts+=("$! $name")
}

# stop ends every part: politely, and after 5 s by force. It says nothing, since the terminal may be gone.
stop() {
	set +e
	trap '' INT TERM HUP
	local pids=("${parts[@]%% *}") deadline=$((SECONDS + 5))
	[ ${#pids[@]} -gt 0 ] || return
	kill "${pids[@]}" 2>/dev/null
	while [ $SECONDS -lt $deadline ] && kill -0 "${pids[@]}" 2>/dev/null; do sleep 0.1; done
	kill -KILL "${pids[@]}" 2>/dev/null
	wait "${pids[@]}" 2>/dev/null
}

# fallen prints the first part that has ended.
fallen() {
	local part
	for part in "${parts[@]}"; do
		if ! kill -0 "${part%% *}" 2>/dev/null; then
			echo "${part#* }"
			return
		fi
	done
	return 1
}

# check_parts gives up, with the end of its log, when a part has ended.
check_parts() {
	local name
	if name=$(fallen); then
		[ "$name" = xds-server ] || tail -n 5 "$logs/$name.log" >&2
		die "$name has ended, so the demo ends; its log is $logs/$name.log"
	fi
}

# attended fails when who started the demo has gone without a signal: a terminal that make leads (ssh -t, xterm -e) tells
# make alone that it closes, and a make that is killed tells nobody.
attended() {
	if [ $terminal = yes ] && ! [ -t 1 ]; then return 1; fi
	if [ "$parent" = make ]; then grep -qs '^State:[[:space:]]*[^ZX]' "/proc/$PPID/status"; fi
}

# free PORT NAME gives up when something listens on the port.
free() {
	if (: <"/dev/tcp/127.0.0.1/$1") 2>/dev/null; then
		local by
		by=$(ss -Hltnp "sport = :$1" 2>/dev/null | sed -n 's/.*users:(("\([^"]*\)",pid=\([0-9]*\).*/ by \1, pid \2/p' | head -n1) || true
		die "port $1, for $2, is in use$by: stop that and try again"
	fi
}

# wait_for WHAT COMMAND... polls until the command succeeds, while every part lives and patience lasts.
wait_for() {
	local what=$1
	shift
	until "$@"; do
		check_parts
		[ $SECONDS -lt $patience ] || die "$what did not come within $patience s; the logs are in $logs"
		sleep 0.1
	done
}

# listener prints the first address that Envoy listens on, for instance 127.0.0.1:10000: the config may be edited.
listener() {
	address=$(curl -s -m 2 "http://127.0.0.1:$envoy_admin_port/listeners" | sed -n '1s/^[^:]*:://p')
	address=${address/#0.0.0.0:/127.0.0.1:}
	[ -n "$address" ]
}

# rewritten succeeds once a request through Envoy shows the filter's mark and not the probe's own User-Agent.
rewritten() {
	local answer
	answer=$(curl -si -m 2 -A demo-probe "http://$address/api/v1/ua") || return 1
	grep -qi '^x-proxy-wasm:' <<<"$answer" || return 1
	shown=$(sed -n 's/.*"rawUa":"\([^"]*\)".*/\1/p' <<<"$answer")
	[ -n "$shown" ] || return 1
	[ "$shown" != demo-probe ] || ! grep -qi user-agent $config
}

need curl curl || exit 1
free $echo_port ua-echo
free $xds_port xds-server
free $admin_port "xds-server's status"
free $envoy_admin_port "Envoy's admin"
port=$(sed -n 's/^listener:.*port: *\([0-9]*\).*/\1/p' $config)
if [ -n "$port" ]; then free "$port" Envoy; fi

envoy=$(scripts/envoy.sh)
say "demo: building bin/xds-server and bin/ua-echo"
go build -o bin/ ./cmd/xds-server ./cmd/ua-echo

mkdir -p $logs "${ca%/*}"
rm -f $ca
trap stop EXIT
trap 'exit 0' INT
trap 'exit 143' TERM
trap 'exit 129' HUP
SECONDS=0

start ua-echo bin/ua-echo --address 127.0.0.1:$echo_port --ca-out $ca >$logs/ua-echo.log 2>&1
wait_for "ua-echo's certificate" test -s $ca

# tee -i outlives Ctrl-C, so that the server's last lines arrive.
start xds-server bin/xds-server serve --config $config --xds-address 127.0.0.1:$xds_port \
	--admin-address 127.0.0.1:$admin_port > >(tee -i $logs/xds-server.log) 2>&1
wait_for xds-server curl -sf -m 2 -o /dev/null "http://127.0.0.1:$admin_port/healthz"

bin/xds-server bootstrap --server 127.0.0.1:$xds_port --node-id demo --admin-port $envoy_admin_port >$logs/envoy.yaml
# Left to itself, Envoy writes its access log every 10 s.
start envoy "$envoy" --config-path $logs/envoy.yaml --use-dynamic-base-id --concurrency 2 \
	--file-flush-interval-msec 200 >$logs/envoy.log 2>&1
wait_for "Envoy's listener" listener
wait_for "a rewritten request" rewritten

cat <<END

  The upstream saw User-Agent: $shown

  Try it    curl http://$address/api/v1/ua
  Edit      $config - save, and the next request has it
  Is it live?
            bin/xds-server status
  Logs      $logs/{ua-echo,xds-server,envoy}.log
  End       Ctrl-C

END

while check_parts && attended; do sleep 0.3; done
