/* Loads an SKF library, lists the keys behind it, waits for them. */
#include "log.h"
#include "skf_calls.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

static int load_call(void *loaded, const char *name, void *call, struct err *err)
{
	void *symbol = dlsym(loaded, name);

	if (symbol == NULL)
		return err_set(err, HF_KEY_READER, "the library of the key has no %s (GM/T 0016 7)", name);
	memcpy(call, &symbol, sizeof(symbol));
	return 0;
}

static int load_calls(struct token_library *l, struct err *err)
{
#define X(name) \
	if (load_call(l->loaded, "SKF_" #name, &l->skf.name, err) != 0) \
		return -1;
	SKF_CALLS(X)
#undef X
	return 0;
}

int token_library_open(struct token_library **library, const char *path, struct err *err)
{
	struct token_library *l;
	ULONG size = 0;

	if (path[0] != '/')
		return err_set(err, HF_KEY_READER, "the path of a key's library is absolute");
	l = calloc(1, sizeof(*l));
	if (l == NULL)
		return err_set(err, HF_MEMORY, "library of a key");
	l->loaded = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	if (l->loaded == NULL)
		(void)err_set(err, HF_KEY_READER, "%s", dlerror());
	if (l->loaded == NULL || load_calls(l, err) != 0) {
		token_library_free(&l);
		return -1;
	}
	(void)l->skf.EnumDev(TRUE, NULL, &size);
	*library = l;
	return 0;
}

void token_library_free(struct token_library **library)
{
	struct token_library *l = *library;

	if (l == NULL)
		return;
	if (l->loaded != NULL)
		(void)dlclose(l->loaded);
	free(l);
	*library = NULL;
}

/* The names of the places where keys are plugged in. */
static int read_devices(struct token_library *library, char devices[TOKEN_LIST_MAX][TOKEN_NAME_MAX + 1], size_t *count, struct err *err)
{
	char names[SKF_NAME_LIST_MAX];
	ULONG size = sizeof(names);
	struct bytes list, name;
	size_t at = 0;

	*count = 0;
	if (skf_check(library->skf.EnumDev(TRUE, names, &size), "EnumDev", err) != 0)
		return -1;
	list = (struct bytes){(const uint8_t *)names, size < sizeof(names) ? size : sizeof(names)};
	while (*count < TOKEN_LIST_MAX && skf_next_name(list, &at, &name)) {
		if (name.size > TOKEN_NAME_MAX)
			continue;
		memcpy(devices[*count], name.data, name.size);
		devices[*count][name.size] = '\0';
		(*count)++;
	}
	return 0;
}

static int read_texts(struct token *t, const char *device, struct err *err)
{
	DEVINFO info = {0};

	if (skf_check(t->library->skf.GetDevInfo(t->device, &info), "GetDevInfo", err) != 0)
		return -1;
	if (skf_copy_text(t->info.serial, info.SerialNumber, sizeof(info.SerialNumber), err) != 0 ||
	    skf_copy_text(t->info.label, info.Label, sizeof(info.Label), err) != 0 ||
	    skf_copy_text(t->info.maker, info.Manufacturer, sizeof(info.Manufacturer), err) != 0)
		return -1;
	if (t->info.serial[0] == '\0')
		return err_set(err, HF_KEY_ANSWER, "the key has no serial number");
	return skf_copy_text(t->info.device, device, TOKEN_NAME_MAX, err);
}

/* The key's first application, as a certificate service uses it. */
static int open_application(struct token *t, struct err *err)
{
	char names[SKF_NAME_LIST_MAX] = {0};
	ULONG size = sizeof(names) - 1;
	HAPPLICATION application = NULL;

	if (skf_check(t->library->skf.EnumApplication(t->device, names, &size), "EnumApplication", err) != 0)
		return -1;
	if (names[0] == '\0')
		return err_set(err, HF_KEY_ANSWER, "the key has no application (GM/T 0016 7.3)");
	if (skf_check(t->library->skf.OpenApplication(t->device, names, &application), "OpenApplication", err) != 0)
		return -1;
	t->application = application;
	return 0;
}

static int open_device(struct token **token, struct token_library *library, const char *device, struct err *err)
{
	struct token *t = calloc(1, sizeof(*t));
	char name[TOKEN_NAME_MAX + 1];
	DEVHANDLE handle = NULL;

	if (t == NULL)
		return err_set(err, HF_MEMORY, "key");
	t->library = library;
	memcpy(name, device, strlen(device) + 1);
	if (skf_check(library->skf.ConnectDev(name, &handle), "ConnectDev", err) != 0)
		goto fail;
	t->device = handle;
	if (read_texts(t, device, err) != 0 || open_application(t, err) != 0)
		goto fail;
	*token = t;
	return 0;
fail:
	token_close(&t);
	return -1;
}

static int look_at(struct token_library *library, const char *device, token_look_fn *look, void *ctx, struct err *err)
{
	struct token_info info = {.pin = TOKEN_PIN_UNKNOWN};
	struct token *t = NULL;
	struct err why = {0};
	int rc = 0;

	if (open_device(&t, library, device, &why) == 0 && token_info_get(t, &info, &why) == 0) {
		rc = look(ctx, &info, t, err);
	} else if (why.code == HF_KEY_BUSY) {
		rc = skf_copy_text(info.device, device, TOKEN_NAME_MAX, err);
		if (rc == 0)
			rc = look(ctx, &info, NULL, err);
	} else {
		log_fault("key.left_out", &why);
	}
	token_close(&t);
	return rc;
}

int token_look(struct token_library *library, token_look_fn *look, void *ctx, struct err *err)
{
	char devices[TOKEN_LIST_MAX][TOKEN_NAME_MAX + 1];
	size_t n;

	if (read_devices(library, devices, &n, err) != 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (look_at(library, devices[i], look, ctx, err) != 0)
			return -1;
	return 0;
}

/* The key with that serial number, if it is in this place. */
static struct token *open_if(struct token_library *library, const char *device, const char *serial, struct err *why)
{
	struct token *t = NULL;

	if (open_device(&t, library, device, why) == 0 && strcmp(t->info.serial, serial) != 0)
		token_close(&t);
	return t;
}

int token_open(struct token **token, struct token_library *library, const char *serial, const char *place, struct err *err)
{
	char devices[TOKEN_LIST_MAX][TOKEN_NAME_MAX + 1];
	struct err why = {0};
	size_t n;

	*token = NULL;
	if (read_devices(library, devices, &n, err) != 0)
		return -1;
	for (size_t i = 0; i < n && *token == NULL; i++)
		if (strcmp(devices[i], place) == 0)
			*token = open_if(library, devices[i], serial, &why);
	for (size_t i = 0; i < n && *token == NULL; i++)
		if (strcmp(devices[i], place) != 0)
			*token = open_if(library, devices[i], serial, &why);
	if (*token != NULL)
		return 0;
	if (why.code == HF_KEY_BUSY)
		return err_set(err, HF_KEY_BUSY, "the key may be one that another program holds");
	return err_set(err, HF_KEY_ABSENT, "the key is not plugged in");
}

void token_close(struct token **token)
{
	struct token *t = *token;

	if (t == NULL)
		return;
	if (t->application != NULL) {
		token_forget_pin(t);
		(void)t->library->skf.CloseApplication(t->application);
	}
	if (t->device != NULL)
		(void)t->library->skf.DisConnectDev(t->device);
	free(t);
	*token = NULL;
}

int token_wait(struct token_library *library, struct token_event *event, struct err *err)
{
	char name[TOKEN_NAME_MAX + 1] = "";
	ULONG size = sizeof(name), what = 0;

	if (skf_check(library->skf.WaitForDevEvent(name, &size, &what), "WaitForDevEvent", err) != 0)
		return -1;
	event->plugged = what == DEV_EVENT_INSERTED;
	return skf_copy_text(event->device, name, TOKEN_NAME_MAX, err);
}

void token_wait_cancel(struct token_library *library)
{
	(void)library->skf.CancelWaitForDevEvent();
}
