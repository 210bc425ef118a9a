//! `monitors`: what scrapes metrics, and from which Services and workloads.

use super::model::{Monitor, MonitorEndpoint, Object, Places};
use crate::graph::{Monitored, PortGraph};

/// Monitors, as they come.
pub(super) fn monitors<'g>(
    graph: &'g PortGraph,
    places: Places<'g>,
    monitored: &[Monitored<'g>],
) -> impl Iterator<Item = Monitor<'g>> {
    monitored.iter().map(move |monitored| monitor(graph, places, monitored))
}

fn monitor<'g>(graph: &'g PortGraph, places: Places<'g>, monitored: &Monitored<'g>) -> Monitor<'g> {
    let endpoint = |endpoint: &'g crate::manifest::MonitorEndpoint| MonitorEndpoint {
        port: endpoint.port.as_deref(),
        target_port: endpoint.target.as_ref(),
        path: &endpoint.path,
        at: places.at(endpoint.at),
    };
    Monitor {
        resource: Object::new(&monitored.monitor.id),
        services: monitored.services.iter().map(|id| Object::new(&graph.service(*id).id)).collect(),
        workloads: monitored.workloads.iter().map(|id| Object::new(&graph.workload(*id).id)).collect(),
        endpoints: monitored.monitor.endpoints.iter().map(endpoint).collect(),
        at: places.at(monitored.monitor.at),
    }
}
