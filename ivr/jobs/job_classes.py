"""What is particular about kinds of jobs."""

# They end a state, and are tried for ever, since a state without its deadline is somebody forgotten.
DEADLINE_JOBS = frozenset(
    {
        "call_watch",
        "callback_watch",
        "desk_watch",
        "dispatch",
        "end_outside",
        "end_stray_leg",
        "hand_over",
        "move_transferred",
        "offer_due",
        "outside_watch",
        "phone_lost",
        "supervise_end",
        "supervise_watch",
        "sweep_recording",
        "talk_watch",
        "transfer_due",
        "work_due",
        "wrap_up_over",
    }
)

# They read much at a time, and nobody on the phone waits for them.
BACKGROUND_JOBS = frozenset(
    {
        "flow_health",
        "flow_trial",
        "forget_words",
        "goal_watch",
        "load_articles",
        "report_sums",
        "retention",
        "wait_learning",
        "wait_record",
    }
)
