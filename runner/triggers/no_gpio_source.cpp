// SPDX-License-Identifier: LGPL-2.1-or-later
// A build without libgpiod: rigs with pins are refused before they get here.
#include "runner/triggers/gpio_source.h"

namespace omv::runner {

Result<std::unique_ptr<TriggerSource>> open_gpio_source(const rig::Trigger&, const Services&, RaiseTrigger) {
  return Error{Errc::unsupported, "this build of omv knows no GPIO"};
}

}  // namespace omv::runner
