package io.labelstream.inference;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.huggingface.tokenizers.jni.LibUtils;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Each in a process of its own: a process loads its libraries once. */
@Timeout(60)
class NativeLibrariesTest {

    @TempDir Path folder;

    private Path temporary;
    private Path home;

    @BeforeEach
    void makeFolders() throws IOException {
        temporary = Files.createDirectory(folder.resolve("tmp"));
        home = Files.createDirectory(folder.resolve("home"));
    }

    @Test
    void nothingIsLeftOnDiskThoughTheProcessIsKilled() throws Exception {
        Process process = start(temporary);
        String printed = process.inputReader().readLine();
        List<Path> whileItRuns = files();
        process.destroyForcibly().waitFor();

        assertThat(printed).isEqualTo(NativeLibrariesProgram.LOADED);
        assertThat(whileItRuns).isEmpty();
        assertThat(files()).isEmpty();
    }

    @Test
    void folderOfAnotherProcessIsLeftAlone() throws Exception {
        Path others = Files.createDirectory(temporary.resolve("onnxruntime-java123"));

        assertThat(run(temporary)).contains(NativeLibrariesProgram.LOADED);
        assertThat(files()).containsExactly(others);
    }

    @Test
    void unpackedFilesAreThisUsersAloneAndGoneAfterwards() throws IOException {
        Path where;
        try (UnpackedLibrary unpacked =
                UnpackedLibrary.unpack(
                        NativeLibraries.class, "", List.of("NativeLibraries.class"), temporary)) {
            where = unpacked.folder();
            assertThat(Files.getPosixFilePermissions(where))
                    .isEqualTo(PosixFilePermissions.fromString("rwx------"));
            assertThat(where.resolve("NativeLibraries.class")).isNotEmptyFile();
        }
        assertThat(where).doesNotExist();
    }

    @Test
    void fileThatSomebodyPutWhereTheTokenizerLibraryWouldLookIsNotLoaded() throws Exception {
        Properties library = new Properties();
        try (InputStream in =
                LibUtils.class.getResourceAsStream("/native/lib/tokenizers.properties")) {
            library.load(in);
        }
        Path planted =
                home.resolve(
                        ".djl.ai/tokenizers/%s-cpu-linux-x86_64/%s"
                                .formatted(
                                        library.getProperty("version"),
                                        System.mapLibraryName("tokenizers")));
        Files.createDirectories(planted.getParent());
        Files.writeString(planted, "no library");

        assertThat(run(temporary)).contains(NativeLibrariesProgram.LOADED);
    }

    @Test
    void folderThatTakesNoFilesIsNamed() throws Exception {
        Path missing = folder.resolve("missing");

        assertThat(run(missing))
                .contains("PassingBundleException: ONNX Runtime cannot be loaded")
                .contains("cannot be unpacked in " + missing)
                .contains("-Djava.io.tmpdir")
                .doesNotContain(NativeLibrariesProgram.LOADED);
    }

    @Test
    void libraryThatASettingNamesIsTakenOrMissed() throws Exception {
        assertThat(run(temporary, "-DRUST_LIBRARY_PATH=/missing"))
                .contains(
                        "BundleException: The tokenizer library cannot be loaded",
                        "/missing",
                        "into lib/, once");
        assertThat(run(temporary, "-Donnxruntime.native.path=/missing"))
                .contains("ONNX Runtime cannot be loaded", "/missing", "into lib/, once");
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> !Set.of(folder, temporary, home).contains(file)).toList();
        }
    }

    /** Runs the program to its end; what it printed. */
    private String run(Path temporary, String... options) throws Exception {
        Process process = start(temporary, options);
        process.getOutputStream().close();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private Process start(Path temporary, String... options) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Djava.io.tmpdir=" + temporary, "-Duser.home=" + home));
        // The JVM's own file, which it writes and removes by itself.
        command.add("-XX:-UsePerfData");
        command.addAll(List.of(options));
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.add(NativeLibrariesProgram.class.getName());
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }
}
