// SPDX-License-Identifier: LGPL-2.1-or-later
// The files of runner/web/page, as they were when the program was built.
#pragma once

#include <string_view>

namespace omv::runner::web {

std::string_view page_html();
std::string_view page_css();
std::string_view page_js();
std::string_view login_html();
std::string_view icon_svg();

}  // namespace omv::runner::web
