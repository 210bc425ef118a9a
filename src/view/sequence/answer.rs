//! Answers: what comes back along the way of a request, and in whose words. What a router says is up to its controller.

use super::scene::Answer;

/// The request was served.
pub(super) const RESPONSE: Answer = Answer {
    connection: &["Response"],
    load_balancer: &["Response"],
    router: &["Response"],
    dns: &["Response"],
    is_lost: false,
};

/// Something listens, or nothing does (TP-09).
pub(super) const DOUBTFUL: Answer = Answer {
    connection: &["Response, or", "connection refused"],
    load_balancer: &["Response, or", "no connection"],
    router: &["Response, or", "502 Bad Gateway"],
    dns: &["Response"],
    is_lost: false,
};

/// A Service port without endpoints: the nodes refuse at once.
pub(super) const NO_ENDPOINTS: Answer = Answer {
    connection: &["Connection refused"],
    load_balancer: &["No connection"],
    router: &["503 Service Unavailable"],
    dns: &["No address"],
    is_lost: true,
};

/// The same behind a router, which looks for endpoints itself.
pub(super) const NO_ENDPOINTS_FOR_ROUTER: Answer = Answer { connection: &["No endpoints"], ..NO_ENDPOINTS };

/// No such Service, or no such port of it.
pub(super) const NO_SERVICE: Answer = Answer {
    connection: &["Connection refused", "or timeout"],
    load_balancer: &["No connection"],
    router: &["503 or 404,", "as the controller does"],
    dns: &["NXDOMAIN: no such name"],
    is_lost: true,
};

/// The same behind a route of the Gateway API for HTTP, which says what its clients get (RT-07).
pub(super) const NO_BACKEND: Answer = Answer { router: &["500 Internal", "Server Error"], ..NO_SERVICE };

/// Network policies drop the packets, and nobody says so.
pub(super) const BLOCKED: Answer = Answer {
    connection: &["Timeout"],
    load_balancer: &["Timeout"],
    router: &["504 Gateway Timeout"],
    dns: &["Timeout"],
    is_lost: true,
};

/// Nothing on the node's port.
pub(super) const NOTHING_THERE: Answer = Answer {
    connection: &["Connection refused", "or reset"],
    load_balancer: &["No connection"],
    router: &["502 Bad Gateway"],
    dns: &["No address"],
    is_lost: true,
};
