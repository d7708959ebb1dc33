// Draws the plots from the figures that came with the page; the same figures are in its table.

const { uPlot } = window;
const given = JSON.parse(document.getElementById("plots").textContent);
const HEIGHT = 230;
const drawn = [];

const percent = (value) => (value == null ? "–" : `${(100 * value).toFixed(1)} %`);
const whole = (value) => (value == null ? "–" : value.toLocaleString("en"));

function length(value) {
  if (value == null) return "–";
  const seconds = Math.round(value);
  const minutes = Math.floor(seconds / 60);
  const rest = String(seconds % 60).padStart(2, "0");
  return minutes < 60 ? `${minutes}:${rest}` : `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}:${rest}`;
}

const LENGTHS = [5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200];
const PLOTS = {
  level: {
    write: percent, most: 1,
    lines: [["Answered in time", "service_level", "blue"], ["Goal", "goal", "green", { dash: [6, 5], width: 2 }]],
  },
  waits: {
    write: length, steps: LENGTHS,
    lines: [["Speed of answer", "speed_of_answer_s", "blue"], ["90 % within", "ninety_within_s", "violet", { steps: true }]],
  },
  abandonment: { write: percent, lines: [["Abandoned", "abandonment", "red", { filled: true }]] },
  handle: { write: length, steps: LENGTHS, lines: [["Handle time", "handle_time_s", "violet"]] },
  promises: { write: percent, most: 1, lines: [["Kept", "promises_kept", "green"]] },
  callers: { write: whole, lines: [["In line", "in_line", "amber", { filled: true }], ["Answered", "answered", "blue"]] },
};

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

function day(seconds) {
  const at = new Date(seconds * 1000);
  const text = at.toLocaleDateString("en", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
  return given.weeks ? `Week of ${text}` : text;
}

function tick(seconds) {
  const at = new Date(seconds * 1000);
  const year = given.weeks ? { year: "2-digit" } : {};
  return at.toLocaleDateString("en", { ...(given.weeks ? {} : { day: "numeric" }), month: "short", ...year, timeZone: "UTC" });
}

function axes(plot) {
  const look = { stroke: colour("ink-soft"), font: "12px system-ui, sans-serif", ticks: { show: false } };
  const grid = { stroke: colour("line"), width: 1 };
  const figures = { ...look, grid, size: 62, values: (_plot, ticks) => ticks.map(plot.write) };
  if (plot.steps) figures.incrs = plot.steps;
  if (plot.write === percent) figures.values = (_plot, ticks) => ticks.map((value) => `${Math.round(100 * value)} %`);
  const days = { ...look, grid: { show: false }, space: 80, values: (_plot, ticks) => ticks.map(tick) };
  days.incrs = [1, 2, 7, 14, 28, 91].map((number) => number * 86400);
  return [days, figures];
}

function series(plot, present) {
  const lines = present.map(([label, name, tone, more = {}]) => ({
    label,
    stroke: colour(tone),
    width: more.width ?? 2,
    dash: more.dash,
    fill: more.filled ? `${colour(tone)}22` : undefined,
    spanGaps: false,
    paths: more.steps ? uPlot.paths.stepped({ align: 1 }) : undefined,
    points: { show: given.days.length < 40 && name !== "goal" && !more.steps, size: 5 },
    value: (_plot, value) => plot.write(value),
  }));
  return [{ label: given.weeks ? "Week" : "Day", value: (_plot, at) => (at == null ? "–" : day(at)) }, ...lines];
}

function draw(name, plot) {
  const place = document.querySelector(`#plot-${name} .canvas`);
  const present = plot.lines.filter(([, key]) => given[key]);
  const figures = present.map(([, key]) => given[key]);
  const some = present.some(([, key], line) => key !== "goal" && figures[line].some((value) => value));
  place.replaceChildren();
  if (!some && !(plot.most && figures[0].some((value) => value !== null))) {
    const empty = document.createElement("p");
    empty.className = "empty";
    empty.textContent = "Nothing in this time.";
    place.append(empty);
    return;
  }
  const top = plot.most ? () => [0, plot.most] : (_plot, _least, most) => [0, most > 0 ? most * 1.12 : 1];
  drawn.push([place, new uPlot({
    width: place.clientWidth,
    height: HEIGHT,
    tzDate: (at) => uPlot.tzDate(new Date(at * 1000), "Etc/UTC"),
    scales: { y: { range: top } },
    axes: axes(plot),
    series: series(plot, present),
    legend: { markers: { fill: (chart, line) => chart.series[line].stroke() } },
    cursor: { y: false, drag: { x: false, y: false } },
  }, [given.days, ...figures], place)]);
}

function drawAll() {
  for (const [, chart] of drawn.splice(0)) chart.destroy();
  for (const [name, plot] of Object.entries(PLOTS)) draw(name, plot);
}

drawAll();
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
new ResizeObserver(() => {
  for (const [place, chart] of drawn) {
    if (chart.width !== place.clientWidth) chart.setSize({ width: place.clientWidth, height: HEIGHT });
  }
}).observe(document.querySelector(".plots"));
