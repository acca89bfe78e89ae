#!/usr/bin/env bash
# certs.sh [FOLDER]: makes the Secrets that server.yaml and envoy.yaml mount, where there is no cert-manager. The CA stays
# in FOLDER (certs/kubernetes) on this machine. Run it again, in time, to renew: certificates are good for a year.
set -euo pipefail
cd "$(dirname "$0")/../.."

folder=${1:-certs/kubernetes}
namespace=livefilter
image=livefilter/xds-server:dev # of docs/how-to/kubernetes.md, where there is no Go

server=xds-server,xds-server.$namespace.svc,xds-server.$namespace.svc.cluster.local
flags=(--server "$server" --client "envoy.$namespace")
if command -v go >/dev/null; then
	go build -o bin/ ./cmd/xds-server
	bin/xds-server certs --output "$folder" "${flags[@]}"
else
	mkdir -p "$folder"
	docker run --rm --network none --user "$(id -u):$(id -g)" --volume "$(cd "$folder" && pwd):/certs" "$image" certs --output /certs "${flags[@]}"
fi | sed '/^$/,$d' # what to run next is this:

kubectl apply -f deploy/kubernetes/namespace.yaml

# secret NAME FOLDER: applied by the server's side, or an annotation would have the key as well.
secret() {
	kubectl create secret generic "$1" --namespace $namespace --type kubernetes.io/tls --dry-run=client --output yaml \
		--from-file=tls.crt="$2/tls.crt" --from-file=tls.key="$2/tls.key" --from-file=ca.crt="$2/ca.crt" |
		kubectl apply --server-side --force-conflicts -f -
}
secret xds-server-tls "$folder/server"
secret envoy-tls "$folder/envoy.$namespace"
