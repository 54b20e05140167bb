// What a chart does in the browser beyond drawing: says what was dragged over or clicked, lets a
// finger scroll the page, and saves itself as a picture. Loaded by dashboard/chart_tools.py.

const charts = new Map(); // by the key of the chart: what its picture says, and how to tell the server

// Of the picture, in CSS pixels. It is white in both themes: it is printed, or sent to somebody.
const WIDTH = 1200;
const EDGE = 28;
const BELOW_AXIS = 64; // ticks and title of an axis
const PNG_SCALE = 2;
const FORMATS = ["png", "svg"];
const FONT = "Arial, Helvetica, sans-serif"; // a picture cannot bring the fonts of the page
const INK = "#0B1620";
const PALE = "#4A5864";
const GRID = "#E3E8EC";
const HEADING = { size: 22, line: 28, weight: 700 };
const SMALL = { size: 12, line: 16, weight: 400 };
const STILL = 5; // px a hand may slip between the press and the release of a click

let pressed = { x: 0, y: 0 }; // where the mouse last went down on a plot, in the window

// The mode bar is where Plotly keeps its only way out to a picture; ours are buttons in words. What
// it says of a download over the page, the browser says itself.
const style = document.createElement("style");
style.textContent = ".js-plotly-plot .modebar-container, .plotly-notifier { display: none; }";
document.head.append(style);

// Plotly takes every touch of a chart that is dragged over for a drag, and the page would not
// scroll under the finger. It gets none: a tap still comes, as the mouse event that browsers make
// of it, while a drag that sets the period is for mice and pens, and for others there are the
// fields of the filters. (Chromium: a touchstart kept from Plotly, the page scrolls.)
document.addEventListener("touchstart", keepFromPlotly, { capture: true, passive: true });
document.addEventListener("mousedown", listen, { capture: true });
document.addEventListener("click", tellClick, { capture: true });

export default function mount({ data, parentElement, setTriggerValue }) {
  const chart = { ...data, send: setTriggerValue };
  charts.set(data.chart, chart);
  const buttons = FORMATS.map((format) => buttonFor(chart, format));
  parentElement.querySelector(".pictures")?.remove();
  const row = document.createElement("div");
  row.className = "pictures";
  row.append(...buttons);
  parentElement.append(row);
  return () => {
    if (charts.get(data.chart) === chart) charts.delete(data.chart);
  };
}

// Made here and not on the server, which would send them with every chart of every run.
function buttonFor(chart, format) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = format.toUpperCase();
  button.setAttribute("aria-label", `Download this chart as ${button.textContent}`);
  button.onclick = () => save(chart, format);
  return button;
}

function keepFromPlotly(event) {
  if (plotAround(event.target)) event.stopPropagation();
}

function plotAround(target) {
  return target instanceof Element ? target.closest(".js-plotly-plot") : null;
}

function plotOf(chart) {
  return document.querySelector(`.st-key-${chart.chart} .js-plotly-plot`);
}

function chartOf(plot) {
  return [...charts.values()].find((chart) => plotOf(chart) === plot);
}

// A plot may be drawn after this file is loaded, and again: it is asked when somebody touches it.
function listen(event) {
  const plot = plotAround(event.target);
  if (!plot) return;
  pressed = { x: event.clientX, y: event.clientY };
  // Plotly pales the bars whose middle is outside; the period has all that are touched.
  for (const trace of plot._fullData) trace.unselected = { marker: { opacity: 1 } };
  if (plot.tellsSelection) return;
  plot.tellsSelection = true;
  plot.on("plotly_selected", (selected) => tellSelection(plot, selected));
}

function tellSelection(plot, selected) {
  const chart = chartOf(plot);
  const id = Object.keys(selected?.range ?? {}).find((name) => name.startsWith("x"));
  if (!chart?.brush || !id) return;
  const axis = plot._fullLayout[`xaxis${id.slice(1)}`];
  const [from, to] = selected.range[id].map((end) => axis.r2l(end));
  chart.send("brush", { from, to });
}

function tellClick(event) {
  const area = event.target instanceof Element ? event.target.closest(".nsewdrag") : null;
  const plot = area && plotAround(area);
  const chart = plot && chartOf(plot);
  // The end of a quick drag is a click to the browser too; told, it would take the place of the drag.
  const slipped = Math.hypot(event.clientX - pressed.x, event.clientY - pressed.y);
  if (!chart?.pick || slipped > STILL) return;
  const { xaxis, yaxis } = plot._fullLayout._plots[area.dataset.subplot];
  const box = area.getBoundingClientRect();
  chart.send("pick", {
    x: xaxis.p2l(event.clientX - box.left),
    y: yaxis.p2l(event.clientY - box.top),
    plot: area.dataset.subplot,
  });
}

// Plotly copies data, layout and options before the click is over, so what is lent for the picture
// never reaches the screen.
function save(chart, format) {
  const plot = plotOf(chart);
  const button = plot?.querySelector(".modebar-btn");
  if (!button) return;
  const { data, layout } = plot;
  const options = plot._context.toImageButtonOptions;
  const framed = frame(layout, plot._fullLayout, chart);
  plot.data = data.map((trace) => ({ ...trace, selectedpoints: undefined }));
  plot.layout = framed;
  plot._context.toImageButtonOptions = {
    format,
    filename: chart.file,
    width: framed.width,
    height: framed.height,
    scale: format === "png" ? PNG_SCALE : 1,
  };
  try {
    button.click();
  } finally {
    plot.data = data;
    plot.layout = layout;
    plot._context.toImageButtonOptions = options;
  }
}

// The layout of the screen with the finding above it and the source below.
function frame(layout, drawn, chart) {
  const heading = wrapped(chart.title, HEADING);
  const source = chart.lines.flatMap((line) => wrapped(line, SMALL));
  const above = EDGE + heading.length * HEADING.line;
  const below = EDGE + source.length * SMALL.line;
  const margin = {
    l: EDGE + drawn._size.l,
    r: EDGE,
    t: above + (layout.margin?.t ?? 0),
    b: below + Math.max(BELOW_AXIS, layout.margin?.b ?? 0),
  };
  const height = drawn.height + above + below;
  return {
    ...layout,
    ...axes(layout),
    template: {},
    autosize: false,
    width: WIDTH,
    height,
    margin,
    paper_bgcolor: "#FFFFFF",
    plot_bgcolor: "#FFFFFF",
    font: { family: FONT, size: 13, color: INK },
    selections: [],
    title: {
      text: heading.join("<br>"),
      x: EDGE / WIDTH,
      y: 1 - EDGE / height,
      xref: "container",
      yref: "container",
      xanchor: "left",
      yanchor: "top",
      font: { size: HEADING.size, weight: HEADING.weight },
    },
    legend: { ...layout.legend, y: below / height, bgcolor: "rgba(0, 0, 0, 0)" },
    annotations: [...(layout.annotations ?? []), sourceLine(source, margin)],
  };
}

function sourceLine(lines, margin) {
  return {
    xref: "paper",
    yref: "paper",
    x: 0,
    y: 0,
    xanchor: "left",
    yanchor: "bottom",
    xshift: EDGE - margin.l,
    yshift: EDGE / 2 - margin.b,
    align: "left",
    showarrow: false,
    borderpad: 0,
    text: lines.join("<br>"),
    font: { size: SMALL.size, color: PALE },
  };
}

function axes(layout) {
  const names = Object.keys(layout).filter((name) => /^[xy]axis\d*$/.test(name));
  return Object.fromEntries(
    names.map((name) => [
      name,
      {
        ...layout[name],
        automargin: true,
        gridcolor: GRID,
        showgrid: layout[name].showgrid ?? layout[name].type !== "date",
        zeroline: layout[name].zeroline ?? layout[name].rangemode === "tozero",
        zerolinecolor: PALE,
      },
    ]),
  );
}

// `text` in lines that fit into the picture. What Plotly would read as markup was cut out on the
// server (words.plot_text); once more here, where it would become one.
function wrapped(text, { size, weight }) {
  const ruler = document.createElement("canvas").getContext("2d");
  ruler.font = `${weight} ${size}px ${FONT}`;
  const lines = [];
  for (const word of text.replace(/[<>&]/g, " ").split(/\s+/).filter(Boolean)) {
    const longer = lines.length ? `${lines.at(-1)} ${word}` : word;
    if (lines.length && ruler.measureText(longer).width <= WIDTH - 2 * EDGE) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}
