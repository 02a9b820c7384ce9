package dev.claudepool.web;

import org.springframework.web.bind.WebDataBinder;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.InitBinder;

/** Binds parameters to the components of a record and to nothing beneath them. */
@ControllerAdvice
class PlainBinding {

    @InitBinder
    void bindComponentsOnly(WebDataBinder binder) {
        binder.setDeclarativeBinding(true);
    }
}
