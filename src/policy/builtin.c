/* SPDX-License-Identifier: Apache-2.0 */
/* Builtin policies: the tables at the head of security/integrity/ima/ima_policy.c. */
#include <string.h>

#include "clean.h"
#include "hufu.h"

#define TMPFS_READ_SINCE 614 /* only files that are opened on tmpfs are left out, not programs and mappings */

/* File systems that hold nothing of a disk. */
#define NOT_A_DISK(action, tmpfs)                                                                                      \
	action " fsmagic=0x9fa0\n" action " fsmagic=0x62656572\n" action " fsmagic=0x64626720\n" tmpfs

#define DONT_MEASURE(tmpfs)                                                                                            \
	NOT_A_DISK("dont_measure", tmpfs)                                                                              \
	"dont_measure fsmagic=0x1cd1\n"                                                                                \
	"dont_measure fsmagic=0x42494e4d\n"                                                                            \
	"dont_measure fsmagic=0x73636673\n"                                                                            \
	"dont_measure fsmagic=0xf97cff8c\n"                                                                            \
	"dont_measure fsmagic=0x43415d53\n"                                                                            \
	"dont_measure fsmagic=0x27e0eb\n"                                                                              \
	"dont_measure fsmagic=0x63677270\n"                                                                            \
	"dont_measure fsmagic=0x6e736673\n"                                                                            \
	"dont_measure fsmagic=0xde5e81e4\n"

#define TMPFS	   "dont_measure fsmagic=0x1021994\n"
#define TMPFS_READ "dont_measure func=FILE_CHECK fsmagic=0x1021994\n"

#define MEASURE_TCB                                                                                                    \
	"measure func=MMAP_CHECK mask=MAY_EXEC\n"                                                                      \
	"measure func=BPRM_CHECK mask=MAY_EXEC\n"                                                                      \
	"measure func=FILE_CHECK mask=^MAY_READ euid=0\n"                                                              \
	"measure func=FILE_CHECK mask=^MAY_READ uid=0\n"                                                               \
	"measure func=MODULE_CHECK\n"                                                                                  \
	"measure func=FIRMWARE_CHECK\n"                                                                                \
	"measure func=POLICY_CHECK\n"

#define MEASURE_IMA_TCB                                                                                                \
	"measure func=MMAP_CHECK mask=MAY_EXEC\n"                                                                      \
	"measure func=BPRM_CHECK mask=MAY_EXEC\n"                                                                      \
	"measure func=FILE_CHECK mask=MAY_READ uid=0\n"                                                                \
	"measure func=MODULE_CHECK\n"                                                                                  \
	"measure func=FIRMWARE_CHECK\n"

#define APPRAISE_TCB                                                                                                   \
	NOT_A_DISK("dont_appraise", "dont_appraise fsmagic=0x1021994\n")                                               \
	"dont_appraise fsmagic=0x858458f6\n"                                                                           \
	"dont_appraise fsmagic=0x1cd1\n"                                                                               \
	"dont_appraise fsmagic=0x42494e4d\n"                                                                           \
	"dont_appraise fsmagic=0x73636673\n"                                                                           \
	"dont_appraise fsmagic=0xf97cff8c\n"                                                                           \
	"dont_appraise fsmagic=0x43415d53\n"                                                                           \
	"dont_appraise fsmagic=0x6e736673\n"                                                                           \
	"dont_appraise fsmagic=0xde5e81e4\n"                                                                           \
	"dont_appraise fsmagic=0x27e0eb\n"                                                                             \
	"dont_appraise fsmagic=0x63677270\n"                                                                           \
	"appraise func=POLICY_CHECK appraise_type=imasig\n"                                                            \
	"appraise fowner=0\n"

#define SECURE_BOOT                                                                                                    \
	"appraise func=MODULE_CHECK appraise_type=imasig\n"                                                            \
	"appraise func=FIRMWARE_CHECK appraise_type=imasig\n"                                                          \
	"appraise func=KEXEC_KERNEL_CHECK appraise_type=imasig\n"                                                      \
	"appraise func=POLICY_CHECK appraise_type=imasig\n"

static const struct {
	const char *name;
	unsigned until; /* the first release with other rules; 0: none */
	const char *text;
} builtins[] = {
	{"tcb", TMPFS_READ_SINCE, DONT_MEASURE(TMPFS) MEASURE_TCB},
	{"tcb", 0, DONT_MEASURE(TMPFS_READ) MEASURE_TCB},
	{"ima_tcb", TMPFS_READ_SINCE, DONT_MEASURE(TMPFS) MEASURE_IMA_TCB},
	{"ima_tcb", 0, DONT_MEASURE(TMPFS_READ) MEASURE_IMA_TCB},
	{"appraise_tcb", 0, APPRAISE_TCB},
	{"secure_boot", 0, SECURE_BOOT},
	{"critical_data", 0, "measure func=CRITICAL_DATA\n"},
	{"fail_securely", 0, ""},
};

const char *hufu_policy_builtin(const char *name, unsigned kernel)
{
	if (!kernel)
		kernel = HUFU_KERNEL_NEWEST;
	for (size_t i = 0; i < ARRAY_SIZE(builtins); i++)
		if (strcmp(builtins[i].name, name) == 0 && (!builtins[i].until || kernel < builtins[i].until))
			return builtins[i].text;
	return NULL;
}
