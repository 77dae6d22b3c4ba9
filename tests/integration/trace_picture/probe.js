// Added to a page: says what is drawn, what overlaps or runs out, and what shows under the mouse. `#all` asks about
// every figure, otherwise about every tenth.
addEventListener('load', () => {
  const picture = document.querySelector('svg.trace');
  const scroller = document.getElementById('picture');
  const tip = document.getElementById('tip');
  const lines = [];
  const words = (element) => element.textContent.replace(/\s+/g, ' ').trim();
  const overlap = (a, b) =>
    Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 &&
    Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 3;

  for (const head of picture.querySelectorAll('.head .name')) lines.push('lane: ' + words(head));
  for (const link of picture.querySelectorAll('.link:not(.said)')) {
    lines.push('arrow: ' + link.classList[1] + ' ' + (link.dataset.from || link.dataset.to));
  }

  // The picture is at the top of the window, can be read, and nothing but itself scrolls sideways.
  const paper = picture.getBoundingClientRect();
  const scale = paper.width / picture.viewBox.baseVal.width;
  if (scroller.getBoundingClientRect().top > innerHeight / 4) lines.push('low: ' + paper.top);
  if (scale < 0.84) lines.push('small: ' + scale);
  if (document.documentElement.scrollWidth > innerWidth) lines.push('wide: the page');
  for (const said of document.querySelectorAll('header *')) {
    const box = said.getBoundingClientRect();
    if (box.right > innerWidth || box.bottom > scroller.getBoundingClientRect().top) lines.push('outside: ' + words(said));
  }

  const texts = [...picture.querySelectorAll('text')].filter((text) => words(text));
  const boxes = texts.map((text) => text.getBoundingClientRect());
  boxes.forEach((box, i) => {
    const inside = box.left >= paper.left && box.top >= paper.top &&
      box.right <= paper.right && box.bottom <= paper.bottom;
    if (!inside) lines.push('outside: ' + words(texts[i]));
    for (let j = 0; j < i; j++) {
      if (overlap(box, boxes[j])) lines.push('overlap: ' + words(texts[j]) + ' / ' + words(texts[i]));
    }
  });
  for (const head of picture.querySelectorAll('.head')) {
    const frame = head.querySelector('rect').getBoundingClientRect();
    for (const text of head.querySelectorAll('text')) {
      const box = text.getBoundingClientRect();
      if (box.left < frame.left || box.right > frame.right) lines.push('outside: head ' + words(text));
    }
  }

  const figures = [...picture.querySelectorAll('[data-key]')];
  const asked = location.hash === '#all' ? figures : figures.filter((_, i) => i % 10 === 0);
  for (const figure of asked) {
    const rect = figure.querySelector('rect');
    rect.scrollIntoView({ block: 'center', inline: 'center' });
    const box = rect.getBoundingClientRect();
    const [x, y] = [(box.left + box.right) / 2, (Math.max(box.top, 0) + Math.min(box.bottom, innerHeight)) / 2];
    const under = document.elementFromPoint(x, y);
    if (!under || under.closest('[data-key]') !== figure) {
      lines.push('covered: ' + words(figure));
      continue;
    }
    under.dispatchEvent(new PointerEvent('pointerover', { bubbles: true, clientX: x, clientY: y }));
    const at = tip.getBoundingClientRect();
    const seen = at.left >= 0 && at.top >= 0 && at.right <= innerWidth && at.bottom <= innerHeight;
    if (tip.hidden || !words(tip) || !seen) lines.push('silent: ' + words(figure));
    const told = [...tip.querySelectorAll('h2, p, dt, dd, li')].map(words);
    lines.push('hover: ' + told.join('|').replaceAll('strace|', 'strace '));
    lines.push('lit: ' + picture.querySelectorAll('.lit:is(.link):not(.said)').length);
    picture.dispatchEvent(new PointerEvent('pointerleave'));
    if (!tip.hidden) lines.push('silent: stays ' + words(figure));
  }
  parent.postMessage(lines.join('\n'), '*');
});
