/* The one header of the C ABI, where it is; a framework carries a copy of it under this name. */
#include "../../../c/qingfeng.h"
