/* Tracks of ships as a layer of MapLibre, drawn by a shader that knows the time of every position.
 *
 * A slider that moves must not rebuild two hundred thousand points: so they go to the card once, as pairs of Mercator coordinates
 * with seconds, and the span is two numbers that the shader compares at every pixel.  What changes with the view is which positions
 * are joined: lists of places in the one buffer, a list for each second step of zoom, from which is left out what would fall on the pixel of
 * the one before; in pieces with a box and a span of time each, so that what lies outside is not sent to be drawn.
 *
 * Coordinates are relative to the middle of all, since a float holds seven digits and a street of the sea needs nine.  Nothing is drawn
 * by instances: without a graphics card each would be a drawing of its own.
 */
const BEGINS = 16, SILENT = 8;          /* bits of a position's last number; below them the colour */
const STRIDE = 4, PIECE = 256, LEVELS = 8;
export const RESTART = 0xffffffff;      /* in a list of positions: a line ends */
export const PALETTE = [[.45, .47, .5], [0, .447, .698], [.835, .369, 0], [0, .62, .451], [.8, .475, .655], [.902, .624, 0], [.337, .706, .914]];

const vertex = `#version 300 es
precision highp float;
in vec4 a;
uniform mat4 m; uniform vec2 shift; uniform vec3 colours[7];
out float seconds; out vec4 colour; flat out int silent;
void main() {
        int f = int(a.w), c = f & 7;
        gl_Position = m * vec4(a.xy, 0., 1.);
        gl_Position.xy += shift * gl_Position.w;
        seconds = a.z;
        silent = f & ${SILENT};
        colour = c == 0 ? vec4(colours[0] * .6, .6) : vec4(colours[c], 1.);
}`;

/* A line's piece has the mark of the position that ends it: the last vertex gives what is flat. */
const fragment = `#version 300 es
precision highp float;
in float seconds; in vec4 colour; flat in int silent;
uniform vec2 span; uniform float ratio;
out vec4 o;
void main() {
        if (seconds < span.x || seconds > span.y) discard;
        if (silent != 0 && mod(gl_FragCoord.x + gl_FragCoord.y, 6. * ratio) > 3. * ratio) discard;
        o = colour;
}`;

/* Web Mercator in 0..1, as MapLibre's matrix wants it. */
export function mercator([lon, lat]) {
        return [(lon + 180) / 360, .5 - Math.log(Math.tan(Math.PI / 4 + lat * Math.PI / 360)) / (2 * Math.PI)];
}

function boxOf(features) {
        const box = [Infinity, Infinity, -Infinity, -Infinity];
        for (const f of features) for (const line of f.geometry.coordinates) for (const p of line) {
                box[0] = Math.min(box[0], p[0]); box[1] = Math.min(box[1], p[1]);
                box[2] = Math.max(box[2], p[0]); box[3] = Math.max(box[3], p[1]);
        }
        return box;
}

/* ---- packing ---- */

/* From the service's GeoJSON to one array, with pieces of it.  of: mmsi to colour, 0 for the others. */
export function packTracks(tracks, of) {
        let count = 0;
        for (const f of tracks.features) for (const line of f.geometry.coordinates) count += line.length;
        const box = boxOf(tracks.features), involved = tracks.features.filter(f => of(f.properties.mmsi));
        const packed = { at: new Float32Array(count * STRIDE), count: 0, hulls: [], pieces: [], box, bright: involved.length ? boxOf(involved) : null,
                         middle: count ? mercator([(box[0] + box[2]) / 2, (box[1] + box[3]) / 2]) : [.5, .5], first: Date.parse(tracks.from) / 1000 };
        for (const f of tracks.features) packHull(packed, f, of(f.properties.mmsi));
        packed.lists = Array.from({ length: LEVELS }, (_, level) => listOf(packed, level));
        return packed;
}

function packHull(packed, f, colour) {
        const { seconds, silent, ...said } = f.properties, hull = { ...said, colour }, begin = packed.count;
        f.geometry.coordinates.forEach((line, k) => {
                const dark = new Set(silent[k]);
                line.forEach((p, i) => {
                        const [x, y] = mercator(p);
                        packed.at.set([x - packed.middle[0], y - packed.middle[1], seconds[k][i] - packed.first,
                                       colour + (i ? 0 : BEGINS) + (dark.has(i) ? SILENT : 0)], packed.count++ * STRIDE);
                });
        });
        packed.hulls.push(hull);
        for (let from = begin; from < packed.count - 1 || from === begin; from += PIECE) {
                const to = Math.min(packed.count, from + PIECE + 1);    /* it joins the next */
                packed.pieces.push({ hull, at: from, end: to, range: [], ...extent(packed, from, to) });
        }
}

function extent({ at, middle }, from, to) {
        const e = { west: 2, north: 2, east: -2, south: -2, from: Infinity, to: -Infinity };
        for (let i = from * STRIDE; i < to * STRIDE; i += STRIDE) {
                const x = at[i] + middle[0], y = at[i + 1] + middle[1];
                e.west = Math.min(e.west, x); e.east = Math.max(e.east, x);
                e.north = Math.min(e.north, y); e.south = Math.max(e.south, y);
                e.from = Math.min(e.from, at[i + 2]); e.to = Math.max(e.to, at[i + 2]);
        }
        return e;
}

/* Which positions are joined at a level, piece after piece; the ends of lines and silences always are. */
function listOf({ at, pieces }, level) {
        const list = [], least = level === LEVELS - 1 ? 0 : .8 / (512 * 4 ** level);
        for (const piece of pieces) {
                const begin = list.length;
                let x = 9, y = 9;
                for (let i = piece.at; i < piece.end; i++) {
                        const k = i * STRIDE, begins = at[k + 3] & BEGINS && i > piece.at;
                        const stays = i === piece.at || i === piece.end - 1 || begins || at[k + 3] & SILENT || at[k + 7] & (SILENT | BEGINS)
                                || Math.abs(at[k] - x) + Math.abs(at[k + 1] - y) >= least;
                        if (!stays) continue;
                        if (begins) list.push(RESTART);
                        list.push(i);
                        [x, y] = [at[k], at[k + 1]];
                }
                list.push(RESTART);
                piece.range.push([begin, list.length]);
        }
        return Uint32Array.from(list);
}

/* ---- drawing ---- */

/* With a at the first place. */
export function makeProgram(gl, vertex, fragment) {
        const p = gl.createProgram();
        for (const [type, text] of [[gl.VERTEX_SHADER, vertex], [gl.FRAGMENT_SHADER, fragment]]) {
                const s = gl.createShader(type);
                gl.shaderSource(s, text);
                gl.compileShader(s);
                gl.attachShader(p, s);
        }
        gl.bindAttribLocation(p, 0, "a");
        gl.linkProgram(p);
        if (!gl.getProgramParameter(p, gl.LINK_STATUS)) throw new Error(gl.getProgramInfoLog(p));
        return p;
}

/* m times a move by (x, y): in doubles, before it is cut to floats. */
export function moved(m, x, y) {
        const out = Float64Array.from(m);
        for (let i = 0; i < 4; i++) out[12 + i] = m[i] * x + m[4 + i] * y + m[12 + i];
        return Float32Array.from(out);
}

export class TracksLayer {
        constructor(packed) {
                Object.assign(this, { id: "tracks", type: "custom", renderingMode: "2d", packed, span: [-1, 1e9], only: false });
        }

        onAdd(map, gl) {
                this.map = map;
                this.program = makeProgram(gl, vertex, fragment);
                this.uniform = Object.fromEntries(["m", "shift", "span", "colours", "ratio"].map(name => [name, gl.getUniformLocation(this.program, name)]));
                this.array = gl.createVertexArray();
                gl.bindVertexArray(this.array);
                this.buffer = gl.createBuffer();
                gl.bindBuffer(gl.ARRAY_BUFFER, this.buffer);
                gl.bufferData(gl.ARRAY_BUFFER, this.packed.at, gl.STATIC_DRAW);
                gl.enableVertexAttribArray(0);
                gl.vertexAttribPointer(0, STRIDE, gl.FLOAT, false, 4 * STRIDE, 0);
                this.lists = this.packed.lists.map(list => {
                        const buffer = gl.createBuffer();
                        gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, buffer);
                        gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, list, gl.STATIC_DRAW);
                        return buffer;
                });
                gl.bindVertexArray(null);
        }

        onRemove(map, gl) {
                for (const b of [this.buffer, ...this.lists]) gl.deleteBuffer(b);
                gl.deleteVertexArray(this.array);
                gl.deleteProgram(this.program);
        }

        isShown(piece) {
                return piece.to >= this.span[0] && piece.from <= this.span[1] && !(this.only && piece.hull.colour === 0);
        }

        /* Pieces in the view and the span, neighbours of the list taken together; those that are coloured apart, to lie over the others. */
        runs(level) {
                const b = this.map.getBounds(), [west, north] = mercator([b.getWest(), b.getNorth()]), [east, south] = mercator([b.getEast(), b.getSouth()]);
                const grey = [], bright = [];
                for (const p of this.packed.pieces) {
                        if (!this.isShown(p) || p.east < west || p.west > east || p.south < north || p.north > south) continue;
                        const list = p.hull.colour ? bright : grey, last = list[list.length - 1], [from, to] = p.range[level];
                        if (last && last[1] === from) last[1] = to;
                        else list.push([from, to]);
                }
                return [grey, bright];
        }

        render(gl, args) {
                const u = this.uniform, level = Math.max(0, Math.min(LEVELS - 1, Math.floor(this.map.getZoom() / 2)));
                const [grey, bright] = this.runs(level), ratio = devicePixelRatio || 1;
                const draw = (runs, x, y) => {
                        gl.uniform2f(u.shift, x * 2 / gl.drawingBufferWidth, y * 2 / gl.drawingBufferHeight);
                        for (const [from, to] of runs) gl.drawElements(gl.LINE_STRIP, to - from, gl.UNSIGNED_INT, from * 4);
                };
                gl.useProgram(this.program);
                gl.bindVertexArray(this.array);
                gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, this.lists[level]);
                gl.uniformMatrix4fv(u.m, false, moved(args.defaultProjectionData.mainMatrix, ...this.packed.middle));
                gl.uniform2f(u.span, ...this.span);
                gl.uniform3fv(u.colours, PALETTE.flat());
                gl.uniform1f(u.ratio, ratio);
                gl.disable(gl.DEPTH_TEST);
                gl.disable(gl.STENCIL_TEST);
                gl.enable(gl.BLEND);
                gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
                draw(grey, 0, 0);
                /* A line is one pixel wide to the card: what events are of is drawn beside itself, to be twice that. */
                draw(bright, 0, 0);
                draw(bright, ratio, 0);
                draw(bright, 0, ratio);
                gl.bindVertexArray(null);
        }

        /* The hull whose drawn line is nearest to a place, within so many Mercator units; undefined. */
        nearest(lngLat, within) {
                const [px, py] = mercator([lngLat.lng, lngLat.lat]), { at, middle } = this.packed;
                let best = within * within, found;
                for (const p of this.packed.pieces) {
                        if (!this.isShown(p) || px < p.west - within || px > p.east + within || py < p.north - within || py > p.south + within) continue;
                        for (let i = p.at + 1; i < p.end; i++) {
                                const a = (i - 1) * STRIDE, b = i * STRIDE;
                                if (at[b + 3] & BEGINS || at[b + 2] < this.span[0] || at[a + 2] > this.span[1]) continue;
                                const dx = at[b] - at[a], dy = at[b + 1] - at[a + 1], x = px - middle[0] - at[a], y = py - middle[1] - at[a + 1];
                                const t = Math.max(0, Math.min(1, (x * dx + y * dy) / (dx * dx + dy * dy || 1)));
                                const d = (x - t * dx) ** 2 + (y - t * dy) ** 2;
                                if (d < best) { best = d; found = p.hull; }
                        }
                }
                return found;
        }
}
