//! ConfigMaps among the volumes of a pod, and which of their keys its containers see (CLI-05).

use k8s_openapi::api::core::v1 as core;

use super::ConfigVolume;

/// The ConfigMaps that containers with these mounts see.
pub(super) fn config_volumes(volumes: Vec<core::Volume>, containers: &[&core::Container]) -> Vec<ConfigVolume> {
    let mounts: Vec<&core::VolumeMount> =
        containers.iter().flat_map(|container| container.volume_mounts.iter().flatten()).collect();
    volumes
        .into_iter()
        .flat_map(|volume| {
            let of_volume: Vec<_> = mounts.iter().copied().filter(|mount| mount.name == volume.name).collect();
            maps(volume).into_iter().filter_map(move |map| seen(map, &of_volume))
        })
        .collect()
}

/// A ConfigMap in a volume, and its `items[]`.
struct Map {
    name: String,
    items: Option<Vec<core::KeyToPath>>,
}

fn maps(volume: core::Volume) -> Vec<Map> {
    let own = volume.config_map.map(|map| Map { name: map.name, items: map.items });
    let projected = volume.projected.into_iter().flat_map(|projected| projected.sources.unwrap_or_default());
    let others = projected.filter_map(|source| source.config_map);
    own.into_iter().chain(others.map(|map| Map { name: map.name, items: map.items })).collect()
}

/// What the mounts show of a ConfigMap: nothing where there is no mount, all of it where one has no `subPath`.
fn seen(map: Map, mounts: &[&core::VolumeMount]) -> Option<ConfigVolume> {
    let parts: Option<Vec<&str>> = mounts.iter().map(|mount| sub_path(mount)).collect();
    let keys = match (parts, map.items) {
        (None, items) => items.map(|items| items.into_iter().map(|item| item.key).collect()),
        (Some(parts), _) if parts.is_empty() => return None,
        // Without items, files are named as the keys are.
        (Some(parts), None) => Some(parts.into_iter().map(str::to_owned).collect()),
        (Some(parts), Some(items)) => {
            let shown = items.into_iter().filter(|item| parts.iter().any(|part| is_in(&item.path, part)));
            Some(shown.map(|item| item.key).collect())
        }
    };
    Some(ConfigVolume { config: map.name.into(), keys })
}

/// The only path that a mount shows. What a `subPathExpr` means is known to the container alone, so it may show anything.
fn sub_path(mount: &core::VolumeMount) -> Option<&str> {
    mount.sub_path.as_deref().filter(|path| !path.is_empty())
}

fn is_in(path: &str, part: &str) -> bool {
    path.strip_prefix(part).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
