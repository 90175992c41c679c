/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEMPLATE_H
#define TEMPLATE_H

#include "hufu.h"

/* The format string, as `d-ng|n-ng`; NULL for NONE and unknown. */
const char *template_format(enum hufu_template tmpl);

#endif
