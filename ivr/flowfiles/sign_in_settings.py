"""What the settings say about signing in at the desk."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel

from ivr.flowfiles.queue_settings import STRICT


class SignInSettings(BaseModel):
    """Agents of a role that is listed under `second_factor` must set one up before anything else, and give
    its code at each sign-in; all others may. With `change_given_password`, a password that an administrator
    has set is good for one sign-in, at which its agent sets another."""

    model_config = STRICT

    second_factor: list[Literal["agent", "supervisor", "editor", "administrator"]] = []
    change_given_password: bool = False
