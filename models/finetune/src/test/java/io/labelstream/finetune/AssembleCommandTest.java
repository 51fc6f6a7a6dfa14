package io.labelstream.finetune;

import static org.assertj.core.api.Assertions.assertThat;

import io.labelstream.inference.ModelBundle;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AssembleCommandTest {

    @TempDir private Path folder;
    private final StringWriter err = new StringWriter();

    @Test
    void assemblesAllDeltasOfAFolderWithTheirCards() throws Exception {
        Path deltas = folder.resolve("deltas");
        EncoderGraph graph = EncoderGraph.of(PretrainedEncoder.MINILM_L6);
        String sha256 = Sha256.of(GraphAssembler.assemble(graph, Deltas.random(graph)));
        Deltas.random(graph).write(deltas.resolve("one"), sha256);
        Deltas.random(graph).write(deltas.resolve("two"), sha256);
        Files.writeString(deltas.resolve("two/README.md"), "# two\n");
        Files.createDirectories(deltas.resolve("other"));

        assertThat(assemble(deltas)).as(err.toString()).isZero();

        assertThat(folder.resolve("out")).isDirectoryContaining("glob:**/one");
        assertThat(folder.resolve("out")).isDirectoryContaining("glob:**/two");
        assertThat(folder.resolve("out/other")).doesNotExist();
        assertThat(ModelBundle.load(folder.resolve("out/one")).labels()).hasSize(3);
        assertThat(folder.resolve("out/two/README.md")).hasContent("# two");
        assertThat(err.toString()).contains(sha256);
    }

    @Test
    void refusesAFolderWithoutDeltas() {
        assertThat(assemble(folder)).isEqualTo(1);
        assertThat(err.toString()).contains("neither a delta nor a folder of deltas");
        assertThat(assemble(folder.resolve("none"))).isEqualTo(1);
        assertThat(err.toString()).contains("none cannot be read");
    }

    private int assemble(Path deltas) {
        return FineTuneMain.commandLine()
                .setErr(new PrintWriter(err, true))
                .execute(
                        "assemble",
                        "--delta",
                        deltas.toString(),
                        "--output",
                        folder.resolve("out").toString());
    }
}
