# Puts files into the binary, so that it needs no data path at run time.
#
#   logtally_embed(<target> <folder> <paths under schemas/…>)
#
# makes "<folder>/embedded.h" available to the target:
#   namespace logtally::embedded_<folder> {
#   struct File { std::string_view name; std::string_view bytes; };
#   std::span<const File> Files();   // sorted by name; name is the path as named below schemas/
#   }
# A path that is a folder stands for every file in it.

set(LOGTALLY_EMBED_SCRIPT ${CMAKE_CURRENT_LIST_DIR}/embed_script.cmake)

function(logtally_embed target folder)
  set(schemas ${PROJECT_SOURCE_DIR}/schemas)
  set(files)
  foreach(path IN LISTS ARGN)
    if(IS_DIRECTORY ${schemas}/${path})
      file(GLOB_RECURSE found CONFIGURE_DEPENDS RELATIVE ${schemas} ${schemas}/${path}/*)
      list(APPEND files ${found})
    else()
      list(APPEND files ${path})
    endif()
  endforeach()
  list(SORT files)
  list(TRANSFORM files PREPEND ${schemas}/ OUTPUT_VARIABLE inputs)
  set(out ${CMAKE_CURRENT_BINARY_DIR}/embedded/${folder})
  add_custom_command(
    OUTPUT ${out}/${folder}/embedded.h ${out}/${folder}/embedded.cc
    COMMAND ${CMAKE_COMMAND} -DFOLDER=${folder} -DROOT=${schemas} "-DFILES=${files}" -DOUT=${out}/${folder}
            -P ${LOGTALLY_EMBED_SCRIPT}
    DEPENDS ${inputs} ${LOGTALLY_EMBED_SCRIPT}
    COMMENT "Embedding schemas for ${folder}/"
    VERBATIM)
  target_sources(${target} PRIVATE ${out}/${folder}/embedded.cc ${out}/${folder}/embedded.h)
  target_include_directories(${target} PRIVATE ${out})
endfunction()
