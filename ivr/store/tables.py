"""Every table, for migrations and for tests. Each stands beside its rows, in the module of its noun."""

from __future__ import annotations

from ivr.store.accounts import agent_session, recovery_code, sign_in_attempt
from ivr.store.announced_estimates import wait_cursor, wait_learnt, wait_promise, wait_silence
from ivr.store.article_uses import article_record, article_use
from ivr.store.articles import article, article_load, article_place
from ivr.store.callbacks import callback
from ivr.store.calls import call, note, turn
from ivr.store.cases import support_case
from ivr.store.crm_values import card_part
from ivr.store.customer_tables import contact, customer, customer_number
from ivr.store.customer_warnings import warning
from ivr.store.display_links import display_link
from ivr.store.entered_numbers import keyed_number
from ivr.store.expenses import budget_spent, expense
from ivr.store.floor.agents import agent, agent_queue, agent_skill
from ivr.store.floor.offers import offer
from ivr.store.floor.queued_calls import queued_call
from ivr.store.flow_health import health_cursor, health_standing, step_health
from ivr.store.goals import goal_incident, goal_minute
from ivr.store.help_requests import help_request
from ivr.store.jobs import job
from ivr.store.journal import journal
from ivr.store.look_up_tries import look_up_try
from ivr.store.metadata import metadata
from ivr.store.notices import notice
from ivr.store.recordings import recording
from ivr.store.refusals import carrier_refusal
from ivr.store.report_sums import agent_day, day_detail, queue_day, report_caller, report_cursor, report_wrap
from ivr.store.retention import retention_mark
from ivr.store.revisions import flow_publication, flow_revision, live_flow, trial_tally
from ivr.store.supervisions import supervision
from ivr.store.text_surveys import text_survey
from ivr.store.texts import incoming_text, opt_out
from ivr.store.transfers import transfer
from ivr.store.work_item_tables import work_item

__all__ = [
    "agent",
    "agent_day",
    "agent_queue",
    "agent_session",
    "agent_skill",
    "article",
    "article_load",
    "article_place",
    "article_record",
    "article_use",
    "budget_spent",
    "call",
    "callback",
    "card_part",
    "carrier_refusal",
    "contact",
    "customer",
    "customer_number",
    "day_detail",
    "display_link",
    "expense",
    "flow_publication",
    "flow_revision",
    "goal_incident",
    "goal_minute",
    "health_cursor",
    "health_standing",
    "help_request",
    "incoming_text",
    "job",
    "journal",
    "keyed_number",
    "live_flow",
    "look_up_try",
    "metadata",
    "note",
    "notice",
    "offer",
    "opt_out",
    "queue_day",
    "queued_call",
    "recording",
    "recovery_code",
    "report_caller",
    "report_cursor",
    "report_wrap",
    "retention_mark",
    "sign_in_attempt",
    "step_health",
    "supervision",
    "support_case",
    "text_survey",
    "transfer",
    "trial_tally",
    "turn",
    "wait_cursor",
    "wait_learnt",
    "wait_promise",
    "wait_silence",
    "warning",
    "work_item",
]
