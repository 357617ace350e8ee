// What nearly every source of the product parses; see QfPrecompiled.cmake.
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "qingfeng/client/v1/desk.pb.h"
#include "qingfeng/client/v1/field.pb.h"
#include "qingfeng/server/v1/sync.pb.h"
