/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For the host tests: a program that says who it is, and one who changes it in every way while others run it. Copied, signed, and
 * patched: the bytes of the marker are the only difference between the signed program and the attacker's.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static const volatile char marker[] = "marker:signed";

struct image {
	char *bytes;
	size_t len;
};

static double now(void)
{
	struct timespec time;

	(void)clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static int load(const char *path, struct image *ret_image)
{
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int r = -1;

	if (fd >= 0 && fstat(fd, &st) == 0) {
		ret_image->len = (size_t)st.st_size;
		ret_image->bytes = malloc(ret_image->len);
		if (ret_image->bytes && read(fd, ret_image->bytes, ret_image->len) == st.st_size)
			r = 0;
	}
	if (fd >= 0)
		(void)close(fd);
	return r;
}

static int rewrite(const char *path, const struct image *image, int flags)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC | flags);
	int r = -1;

	if (fd < 0)
		return -1;
	if (pwrite(fd, image->bytes, image->len, 0) == (ssize_t)image->len)
		r = 0;
	return close(fd) | r;
}

/* Stores through a mapping make no call at all, and the descriptor is closed before them. */
static int store(const char *path, const struct image *image)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);
	char *at = fd < 0 ? MAP_FAILED : mmap(NULL, image->len, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (fd >= 0)
		(void)close(fd);
	if (at == MAP_FAILED)
		return -1;
	memcpy(at, image->bytes, image->len);
	return munmap(at, image->len);
}

static int replace(const char *path, const struct image *image)
{
	char beside[4096];
	int fd;

	(void)snprintf(beside, sizeof(beside), "%s.new", path);
	(void)unlink(beside);
	fd = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0755);
	if (fd < 0 || close(fd) < 0 || chmod(beside, 0755) < 0 || rewrite(beside, image, 0) < 0)
		return -1;
	return rename(beside, path);
}

/* Each change is followed by another, back or forth; times are set back as well, which only the owner can. */
static int change(const char *path, const struct image *good, const struct image *evil, const char *how, double seconds)
{
	const struct timespec times[] = {{1, 0}, {1, 0}};
	double end = now() + seconds;
	unsigned long n = 0, failed = 0;

	for (; now() < end; n++) {
		const struct image *image = n & 1 ? good : evil;
		int r = strcmp(how, "store") == 0 ? store(path, image)
			: strcmp(how, "replace") == 0
				? replace(path, image)
				: rewrite(path, image, strcmp(how, "truncate") == 0 ? O_TRUNC : 0);

		failed += r < 0;
		(void)utimensat(AT_FDCWD, path, times, 0);
	}
	printf("%lu changes, %lu failed\n", n, failed);
	return 0;
}

/* How long an open for writing waits, in milliseconds. */
static int wait_for(const char *path)
{
	double start = now();
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0) {
		perror(path);
		return 1;
	}
	printf("%.0f\n", (now() - start) * 1000);
	return close(fd);
}

int main(int argc, char **argv)
{
	struct image good, evil;

	if (argc == 3 && strcmp(argv[1], "wait") == 0)
		return wait_for(argv[2]);
	if (argc == 7 && strcmp(argv[1], "change") == 0 && load(argv[3], &good) == 0 && load(argv[4], &evil) == 0)
		return change(argv[2], &good, &evil, argv[5], strtod(argv[6], NULL));
	for (const volatile char *at = marker; *at; at++)
		(void)putchar(*at);
	return putchar('\n') < 0;
}
