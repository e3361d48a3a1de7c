/* Serves the portal's pages with samples instead of a store: for looking at them and for the accessibility test.
 * usage: portal-preview PORT; the cookie "hufu" says who looks (sample_service.h). */
#include "crypto_load.h"
#include "gate.h"
#include "log.h"
#include "portal_routes.h"
#include "problem_page.h"
#include "sample_service.h"
#include "server.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int listen_on(const char *port)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int on = 1;

	address.sin_port = htons((uint16_t)strtoul(port, NULL, 10));
	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) != 0 ||
	    bind(fd, (struct sockaddr *)&address, sizeof(address)) != 0 || listen(fd, 64) != 0) {
		perror("listen");
		exit(EXIT_FAILURE);
	}
	return fd;
}

int main(int argc, char **argv)
{
	struct router_program program = {sample_portal(), gate_judge, gate_csrf, problem_page, NULL};
	struct web_server_settings settings = web_server_usual;
	struct web_server *server;
	struct router *router;
	struct err err = {0};
	int listener;

	if (argc != 2)
		return EXIT_FAILURE;
	log_start("portal-preview", LOG_LEVEL_INFO);
	crypto_load();
	listener = listen_on(argv[1]);
	if (router_new(&router, portal_routes, portal_route_count, &program, &err) != 0 ||
	    web_server_start(&server, &settings, &listener, 1, router, &err) != 0) {
		log_fault("preview.failed", &err);
		return EXIT_FAILURE;
	}
	(void)pause();
	return EXIT_SUCCESS;
}
