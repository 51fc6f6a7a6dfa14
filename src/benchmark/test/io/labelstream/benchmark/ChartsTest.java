package io.labelstream.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class ChartsTest {

    private static Document parse(String svg) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(svg)));
    }

    private static List<String> texts(Document svg) {
        NodeList nodes = svg.getElementsByTagName("text");
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < nodes.getLength(); i++) {
            texts.add(nodes.item(i).getTextContent());
        }
        return texts;
    }

    @Test
    void drawsBarsInProportionToTheirFigures() throws Exception {
        Document svg =
                parse(
                        BarChart.svg(
                                "Rates <of> a & b",
                                "texts/s",
                                List.of(
                                        new BarChart.Bar("a", Spread.of(200, 100, 300), "blue"),
                                        new BarChart.Bar("b", Spread.of(100), "grey"))));
        assertThat(texts(svg)).contains("Rates <of> a & b", "a", "b", "200 texts/s", "100 texts/s");
        NodeList bars = svg.getElementsByTagName("rect");
        double a = Double.parseDouble(((Element) bars.item(1)).getAttribute("width"));
        double b = Double.parseDouble(((Element) bars.item(2)).getAttribute("width"));
        assertThat(a / b).isBetween(1.99, 2.01);
    }

    @Test
    void drawsEachPointAndJoinsThoseOfALine() throws Exception {
        Document svg =
                parse(
                        LineChart.svg(
                                "Latency",
                                "load",
                                "ms",
                                List.of(
                                        new LineChart.Line(
                                                "p50",
                                                List.of(
                                                        new LineChart.Point(20, 30),
                                                        new LineChart.Point(50, 40),
                                                        new LineChart.Point(90, 2000)),
                                                "blue",
                                                ""))));
        assertThat(svg.getElementsByTagName("circle").getLength()).isEqualTo(3);
        assertThat(texts(svg)).contains("Latency", "p50", "20", "50", "90", "10", "10000");
        NodeList points = svg.getElementsByTagName("circle");
        double first = Double.parseDouble(((Element) points.item(0)).getAttribute("cy"));
        double last = Double.parseDouble(((Element) points.item(2)).getAttribute("cy"));
        assertThat(last).isLessThan(first);
    }
}
