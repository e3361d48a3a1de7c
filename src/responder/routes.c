/* THE table of what the responder answers. */
#include "pages.h"

const struct route responder_routes[] = {
    {WEB_POST, "/ocsp", 0, 0, OCSP_REQUEST_MAX, NULL, ocsp_post, NULL, NULL},
    {WEB_GET, "/ocsp/*request", 0, 0, 0, NULL, ocsp_get, NULL, NULL},
    {WEB_GET, "/crl/issuing.crl", 0, 0, 0, NULL, crl_get, NULL, NULL},
    {WEB_GET, "/ca/:name", 0, 0, 0, NULL, ca_get, NULL, NULL},
    {WEB_GET, "/metrics", 0, 0, 0, NULL, metrics_get, NULL, NULL},
};
const size_t responder_route_count = sizeof(responder_routes) / sizeof(responder_routes[0]);
