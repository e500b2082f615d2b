//go:build !lean

package embedded

import (
	"context"
	"net"
	"strconv"
	"time"

	"go.temporal.io/server/common/cluster"
	"go.temporal.io/server/common/config"
	"go.temporal.io/server/common/dynamicconfig"
	"go.temporal.io/server/common/membership/static"
	"go.temporal.io/server/common/persistence/sql/sqlplugin/postgresql"
	"go.temporal.io/server/common/primitives"

	postgrescluster "github.com/assize/assize/internal/embedded/cluster"
)

const (
	// clusterName and clusterID name our one Temporal cluster; both are fixed for ever when its databases are made.
	clusterName = "active"
	clusterID   = "0d6f3f1c-5c53-4f0e-9a55-8a2f4a7b9e61"
	// historyShards is fixed for ever too. Four let two cores work side by side; more only cost start-up and memory.
	historyShards = 4
	// storeConnections bounds each of the pools that Temporal's services open on each of its two databases.
	storeConnections = 10

	mainStore       = "main"
	visibilityStore = "visibility"
)

// servicePorts are the ports of the four services on the loopback.
type servicePorts map[primitives.ServiceName]int

// drawPorts finds a free port for each service; a frontend port of 0 is drawn too.
func drawPorts(ctx context.Context, frontend int) (servicePorts, error) {
	ports := servicePorts{}
	for _, name := range []primitives.ServiceName{
		primitives.FrontendService, primitives.HistoryService, primitives.MatchingService, primitives.WorkerService,
	} {
		port, err := freePort(ctx)
		if err != nil {
			return nil, err
		}
		ports[name] = port
	}
	if frontend != 0 {
		ports[primitives.FrontendService] = frontend
	}
	return ports, nil
}

func (p servicePorts) address(name primitives.ServiceName) string {
	return net.JoinHostPort(loopback, strconv.Itoa(p[name]))
}

func (p servicePorts) frontendAddress() string { return p.address(primitives.FrontendService) }

// hosts tells the services where the others are, in place of the gossip of a real cluster.
func (p servicePorts) hosts() map[primitives.ServiceName]static.Hosts {
	hosts := map[primitives.ServiceName]static.Hosts{}
	for name := range p {
		hosts[name] = static.SingleLocalHost(p.address(name))
	}
	return hosts
}

func (p servicePorts) services() map[string]config.Service {
	services := map[string]config.Service{}
	for name, port := range p {
		services[string(name)] = config.Service{RPC: config.RPC{GRPCPort: port, BindOnIP: loopback}}
	}
	return services
}

func serverConfig(postgres *postgrescluster.Cluster, ports servicePorts) *config.Config {
	const off = "disabled"
	return &config.Config{
		Global: config.Global{Membership: config.Membership{MaxJoinDuration: 30 * time.Second, BroadcastAddress: loopback}},
		Persistence: config.Persistence{
			DefaultStore:     mainStore,
			VisibilityStore:  visibilityStore,
			NumHistoryShards: historyShards,
			DataStores: map[string]config.DataStore{
				mainStore:       {SQL: storeConfig(postgres, temporalDatabase)},
				visibilityStore: {SQL: storeConfig(postgres, visibilityDatabase)},
			},
		},
		ClusterMetadata: &cluster.Config{
			FailoverVersionIncrement: 10,
			MasterClusterName:        clusterName,
			CurrentClusterName:       clusterName,
			ClusterInformation: map[string]cluster.ClusterInformation{clusterName: {
				Enabled: true, InitialFailoverVersion: 1, RPCAddress: ports.frontendAddress(), ClusterID: clusterID,
			}},
		},
		DCRedirectionPolicy: config.DCRedirectionPolicy{Policy: "noop"},
		Services:            ports.services(),
		Archival: config.Archival{
			History: config.HistoryArchival{State: off}, Visibility: config.VisibilityArchival{State: off},
		},
		NamespaceDefaults: config.NamespaceDefaults{Archival: config.ArchivalNamespaceDefaults{
			History:    config.HistoryArchivalNamespaceDefaults{State: off},
			Visibility: config.VisibilityArchivalNamespaceDefaults{State: off},
		}},
		PublicClient: config.PublicClient{HostPort: ports.frontendAddress()},
	}
}

// storeConfig points Temporal at a database of the private PostgreSQL. Its plugin insists on a TCP address, which the
// attribute host then overrides with the folder of the Unix socket.
func storeConfig(postgres *postgrescluster.Cluster, d database) *config.SQL {
	socket, port := postgres.Socket()
	return &config.SQL{
		PluginName:        postgresql.PluginNamePGX,
		DatabaseName:      d.name,
		User:              d.role,
		ConnectAddr:       net.JoinHostPort(loopback, strconv.Itoa(port)),
		ConnectProtocol:   "tcp",
		ConnectAttributes: map[string]string{"host": socket, "port": strconv.Itoa(port)},
		MaxConns:          storeConnections,
		MaxIdleConns:      storeConnections,
		MaxConnLifetime:   time.Hour,
	}
}

// dynamicSettings differ from Temporal's defaults where those are meant for a large cluster.
func dynamicSettings() dynamicconfig.StaticClient {
	return dynamicconfig.StaticClient{
		// An installation of one machine calls nobody.
		dynamicconfig.EnableServerVersionCheck.Key(): false,
		// Partitions spread a task queue over hosts. With one host they only make a task wait for its poller.
		dynamicconfig.MatchingNumTaskqueueReadPartitions.Key():  1,
		dynamicconfig.MatchingNumTaskqueueWritePartitions.Key(): 1,
		dynamicconfig.HistoryCacheHostLevelMaxSize.Key():        8096,
	}
}
