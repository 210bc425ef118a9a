//! Fingerprints: which finding of a later run is the same as one of this run, wherever its lines have gone.

use std::collections::BTreeMap;

use crate::check::Finding;

/// One for every finding, all different: `8d0c…:1`. The number counts findings that nothing else tells apart.
///
/// They are made from the check, the object and the claim. Places are left out, because lines move; so are the evidence (`…, but
/// the pods declare only 9000`) and the severity, because the finding stays the same when they change.
pub(super) fn fingerprints(findings: &[Finding]) -> Vec<String> {
    let mut seen: BTreeMap<u64, usize> = BTreeMap::new();
    let fingerprint = |finding: &Finding| {
        let object = &finding.object;
        let hash = hash(&[
            finding.id,
            object.group.as_str(),
            object.kind.as_str(),
            &object.namespace,
            &object.name,
            claim(finding),
        ]);
        let count = seen.entry(hash).or_default();
        *count += 1;
        format!("{hash:016x}:{count}")
    };
    findings.iter().map(fingerprint).collect()
}

/// What a finding says first, in front of its evidence: `Service web sends port 80 to port 8080 of its pods`.
fn claim(finding: &Finding) -> &str {
    let message = finding.message.as_str();
    let end = [", ", ": "].iter().filter_map(|mark| message.find(mark)).min();
    end.and_then(|end| message.get(..end)).unwrap_or(message)
}

/// FNV-1a in 64 bits: the standard library promises no hash that stays the same.
fn hash(parts: &[&str]) -> u64 {
    let bytes = parts.iter().flat_map(|part| part.bytes().chain([0]));
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3))
}
