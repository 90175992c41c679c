/* SPDX-License-Identifier: Apache-2.0 */
#include "tty.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "clean.h"
#include "file.h"

/* Signals that would leave a terminal without echo behind. */
static const int caught[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGALRM, SIGTSTP};

static volatile sig_atomic_t got_signal;

static void on_signal(int number)
{
	got_signal = number;
}

/* What is put back afterwards. */
struct state {
	int fd;
	struct termios settings;
	sigset_t mask;
	struct sigaction actions[ARRAY_SIZE(caught)];
};

/* The signals stay blocked but for the time of the ppoll(2): none is lost between a look and a wait. */
static void catch_signals(struct state *state)
{
	struct sigaction action = {.sa_handler = on_signal};
	sigset_t block;

	(void)sigemptyset(&block);
	for (size_t i = 0; i < ARRAY_SIZE(caught); i++)
		(void)sigaddset(&block, caught[i]);
	(void)sigprocmask(SIG_BLOCK, &block, &state->mask);
	got_signal = 0;
	for (size_t i = 0; i < ARRAY_SIZE(caught); i++) {
		(void)sigaction(caught[i], NULL, &state->actions[i]);
		if (state->actions[i].sa_handler != SIG_IGN)
			(void)sigaction(caught[i], &action, NULL);
	}
}

static int hide_typing(const struct state *state)
{
	struct termios settings = state->settings;

	settings.c_lflag &= ~(tcflag_t)(ECHO | ECHOE | ECHOK | ECHONL);
	settings.c_lflag |= ICANON | ISIG;
	return tcsetattr(state->fd, TCSAFLUSH, &settings) < 0 ? -errno : 0;
}

static void restore(const struct state *state)
{
	(void)tcsetattr(state->fd, TCSAFLUSH, &state->settings);
	for (size_t i = 0; i < ARRAY_SIZE(caught); i++)
		(void)sigaction(caught[i], &state->actions[i], NULL);
	/* The signal itself comes now, with what the program, or the shell, does at it. */
	if (got_signal)
		(void)kill(getpid(), got_signal);
	(void)sigprocmask(SIG_SETMASK, &state->mask, NULL);
}

/* A line in canonical mode comes with one read(2), as long as it is shorter than the terminal's buffer. */
static ssize_t read_line(const struct state *state, char *ret_text, size_t size)
{
	struct pollfd wait = {.fd = state->fd, .events = POLLIN};
	size_t len = 0;

	for (;;) {
		ssize_t n;
		char *end;

		if (ppoll(&wait, 1, NULL, &state->mask) < 0)
			return -errno;
		n = read(state->fd, ret_text + len, size - len);
		if (n < 0)
			return -errno;
		if (n == 0)
			return -ECANCELED;
		end = memchr(ret_text + len, '\n', (size_t)n);
		if (end)
			return end - ret_text;
		len += (size_t)n;
		if (len == size)
			return -E2BIG;
	}
}

static ssize_t ask_once(int fd, const char *prompt, char *ret_text, size_t size)
{
	struct state state = {.fd = fd};
	ssize_t len;
	int r;

	if (tcgetattr(fd, &state.settings) < 0)
		return -errno;
	catch_signals(&state);
	len = hide_typing(&state);
	if (len == 0)
		len = file_write_all(fd, prompt, strlen(prompt));
	if (len == 0)
		len = read_line(&state, ret_text, size);
	r = file_write_all(fd, "\n", 1); /* the one that was typed was not shown */
	restore(&state);
	return len >= 0 && r < 0 ? r : len;
}

ssize_t tty_ask_secret(const char *prompt, char *ret_text, size_t size)
{
	autoclose int fd = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
	ssize_t len;

	if (fd < 0)
		return -ENXIO;
	/* EINTR: the program was stopped and goes on, or the signal is ignored; the question is asked again. */
	do
		len = ask_once(fd, prompt, ret_text, size);
	while (len == -EINTR);
	return len;
}
