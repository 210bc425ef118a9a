//! Access methods: for each way to reach the ports the commands that do it, for these very objects.

mod address;
mod alias;
mod forward;
mod local;
mod outside;
mod router;

use anyhow::Result;

use super::Context;
use super::commands;
use crate::manifest::Maker;

pub(super) use alias::{from_pod, lookup};
pub(super) use forward::{chosen_ports, local_port, mapped};
pub(super) use local::{containers, create, host};
pub(super) use router::is_encrypted;

/// The section.
pub(super) fn body(context: &Context<'_>) -> Result<Option<String>> {
    let parts = [
        forward::part(context),
        outside::node_ports(context),
        outside::balancers(context),
        outside::external_ips(context),
        router::ingresses(context),
        router::gateways(context),
        router::others(context),
        outside::host_ports(context),
        local::part(context, Maker::Kind),
        local::part(context, Maker::K3d),
        alias::part(context),
    ];
    commands::render(context, &parts.into_iter().flatten().collect::<Vec<_>>())
}
