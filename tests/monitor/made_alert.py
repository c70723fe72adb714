"""The alert that tests begin with; light, for programs that tests start and kill."""

from sibeat.monitor.events import Alert

ALERT = Alert(
    sample=360,
    decided_at_sample=600,
    stage="provisional",
    score=0.75,
    threshold=0.5,
    morphology=-2.0,
    rhythm=0.25,
    kind="ventricular-like",
    rr_pre_s=0.8,
    rr_post_s=None,
    hr_bpm=75.0,
    error_trace=(0.1,) * 40,
    priority="medium",
    announced=True,
)
