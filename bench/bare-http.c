/* The measure for hufu's web programs: libmicrohttpd alone, 1536 bytes for any GET or POST.
 *
 * usage: bare-http PORT [THREADS]      serves on 127.0.0.1 until its standard input ends */
#include <arpa/inet.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define REPLY_SIZE 1536

static enum MHD_Result answer(void *ctx, struct MHD_Connection *connection, const char *url, const char *method, const char *version,
                              const char *data, size_t *size, void **context)
{
	static char body[REPLY_SIZE];
	struct MHD_Response *response;
	enum MHD_Result result;

	if (*context == NULL) {
		*context = body;
		return MHD_YES;
	}
	if (*size > 0) {
		*size = 0;
		return MHD_YES;
	}
	response = MHD_create_response_from_buffer(sizeof(body), body, MHD_RESPMEM_PERSISTENT);
	if (response == NULL)
		return MHD_NO;
	result = MHD_add_response_header(response, "Content-Type", "application/octet-stream");
	if (result == MHD_YES)
		result = MHD_queue_response(connection, MHD_HTTP_OK, response);
	MHD_destroy_response(response);
	return result;
}

int main(int argc, char **argv)
{
	unsigned threads = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : 2;
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct MHD_Daemon *daemon;
	char ignored[64];

	if (argc < 2) {
		fprintf(stderr, "usage: bare-http PORT [THREADS]\n");
		return 64;
	}
	address.sin_port = htons((uint16_t)strtoul(argv[1], NULL, 10));
	daemon = MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD, 0, NULL, NULL, answer, NULL, MHD_OPTION_SOCK_ADDR, &address,
	                          threads > 1 ? MHD_OPTION_THREAD_POOL_SIZE : MHD_OPTION_END, threads, MHD_OPTION_END);
	if (daemon == NULL) {
		perror("bare-http");
		return 1;
	}
	while (read(STDIN_FILENO, ignored, sizeof(ignored)) > 0)
		continue;
	MHD_stop_daemon(daemon);
	return 0;
}
